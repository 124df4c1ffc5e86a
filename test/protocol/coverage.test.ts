import { typeName } from '../../src/protocol/index.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { goldens } from './fixtures.js';

/** Message types that have no fixture, or none in a direction that their name suggests, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  NLMSG_NOOP: 'no kernel since 2.6 sends it',
  NLMSG_OVERRUN: 'no kernel sends it: lost messages show as ENOBUFS',
  RTM_DELNEXTHOPBUCKET: 'no kernel takes or sends it: only its number is reserved',
};

test.each(
  [
    'NLMSG_NOOP',
    'NLMSG_ERROR',
    'NLMSG_DONE',
    'NLMSG_OVERRUN',
    ...Object.keys(bodies).map(type => typeName(Number(type))),
  ].filter(type => !(type in EXCEPTIONS)),
)('%s has a fixture', type => {
  expect(goldens.filter(({ bytes }) => typeName(bytes[4]! | (bytes[5]! << 8)) === type)).not.toEqual([]);
});

/** What travels both ways, and how the kernel sends it. */
test.each(['RTM_NEWLINK', 'RTM_DELLINK', 'RTM_NEWADDR', 'RTM_DELADDR'])('%s has fixtures of both directions', type => {
  const directions = goldens
    .filter(({ bytes }) => typeName(bytes[4]! | (bytes[5]! << 8)) === type)
    .map(({ direction }) => direction);
  expect(directions).toContain('request');
  expect(directions).toContain('notification');
});
