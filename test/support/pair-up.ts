/** A veth pair that is up and has addresses: for routes. */
export const PAIR_UP = [
  'link add v0 type veth peer name w0',
  'link set v0 up',
  'link set w0 up',
  'address add 10.0.0.1/24 dev v0',
  'address add fd00::1/64 dev v0 nodad',
];
