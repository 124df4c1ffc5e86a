/* The limit: what plain sockets and hand-written code take for the same work. Also makes what the workloads need.
 *   limit WORKLOAD N        prints one line of JSON
 *   limit setup links|addresses PAIRS     veth pairs v0 v1, v2 v3, …; link vI has index 1000 + I
 *   limit generate link|address N         N notifications
 *   limit capture FOLDER                  link.bin, address.bin: messages of the kernel
 *   limit exec N INPUT COMMAND…           runs a command, with a file as its standard input */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BASE 1000
#define LINKS 1000
#define PACK 100
#define die(what) (perror(what), exit(1))
static char out[65536], in[65536];
static int used, fd;
static uint32_t sequence;

static uint64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}
static uint64_t wall0, cpu0;
static void start(void) { wall0 = now(CLOCK_MONOTONIC), cpu0 = now(CLOCK_PROCESS_CPUTIME_ID); }
static void report(long ops, const char *more) {
  uint64_t wall = now(CLOCK_MONOTONIC) - wall0, cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu0;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"ops\":%ld,\"wallNs\":%lu,\"cpuNs\":%lu,\"rssKiB\":%ld%s}\n", ops, wall, cpu, usage.ru_maxrss, more);
}

static int listen_to(int protocol_groups, int buffer) {
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = protocol_groups};
  int one = 1, s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (s < 0 || bind(s, (void *)&address, sizeof address) < 0) die("netlink");
  setsockopt(s, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
  setsockopt(s, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
  setsockopt(s, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
  if (buffer && setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) < 0)
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  return s;
}

/* Messages are written one behind the other into `out`. */
static void *room(int bytes) {
  void *at = memset(out + used, 0, NLMSG_ALIGN(bytes));
  used += NLMSG_ALIGN(bytes);
  return at;
}
static struct nlmsghdr *begin(int type, int flags) {
  struct nlmsghdr *h = room(sizeof *h);
  *h = (struct nlmsghdr){.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = ++sequence};
  return h;
}
static void end(struct nlmsghdr *h) { h->nlmsg_len = out + used - (char *)h; }
static struct rtattr *put(int type, const void *data, int length) {
  struct rtattr *a = room(sizeof *a);
  *a = (struct rtattr){.rta_len = RTA_LENGTH(length), .rta_type = type};
  if (length) memcpy(room(length), data, length);
  return a;
}
static void close_set(struct rtattr *a) { a->rta_len = out + used - (char *)a; }

static void veth_named(const char *name, const char *peer, int i, int index) {
  struct nlmsghdr *h = begin(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  struct ifinfomsg *m = room(sizeof *m);
  m->ifi_index = index ? index + 2 * i : 0;
  put(IFLA_IFNAME, name, strlen(name) + 1);
  struct rtattr *info = put(IFLA_LINKINFO, 0, 0);
  put(IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = put(IFLA_INFO_DATA, 0, 0), *other = put(VETH_INFO_PEER, 0, 0);
  m = room(sizeof *m);
  m->ifi_index = index ? index + 2 * i + 1 : 0;
  put(IFLA_IFNAME, peer, strlen(peer) + 1);
  close_set(other), close_set(data), close_set(info), end(h);
}
static void veth(int i, int index) {
  char name[16], peer[16];
  sprintf(name, "v%d", 2 * i), sprintf(peer, "v%d", 2 * i + 1);
  veth_named(name, peer, i, index);
}
static void address(int index, int type, uint32_t ip) {
  struct nlmsghdr *h = begin(type, NLM_F_ACK | (type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0));
  struct ifaddrmsg *m = room(sizeof *m);
  *m = (struct ifaddrmsg){.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = index};
  ip = htonl(ip);
  put(IFA_LOCAL, &ip, 4), put(IFA_ADDRESS, &ip, 4), end(h);
}
static void address_of(int i) { address(BASE + i % LINKS, RTM_NEWADDR, 0x0a000001 + (i << 8)); }
static void get_link(int index, int flags) {
  struct nlmsghdr *h = begin(RTM_GETLINK, flags);
  struct ifinfomsg *m = room(sizeof *m);
  m->ifi_index = index, end(h);
}
static void get_addresses(void) {
  struct nlmsghdr *h = begin(RTM_GETADDR, NLM_F_DUMP);
  room(sizeof(struct ifaddrmsg)), end(h);
}
static void mtu(int index, int bytes) {
  struct nlmsghdr *h = begin(RTM_NEWLINK, NLM_F_ACK);
  struct ifinfomsg *m = room(sizeof *m);
  m->ifi_index = index, put(IFLA_MTU, &bytes, 4), end(h);
}
static void flush(void) {
  if (send(fd, out, used, 0) < 0) die("send");
  used = 0;
}
static int receive(void) {
  int n = recv(fd, in, sizeof in, 0);
  if (n < 0) die("recv");
  return n;
}
static void acknowledged(int count) {
  flush();
  while (count > 0) {
    int n = receive();
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n), count--)
      if (h->nlmsg_type == NLMSG_ERROR && ((struct nlmsgerr *)NLMSG_DATA(h))->error)
        errno = -((struct nlmsgerr *)NLMSG_DATA(h))->error, die("refused");
  }
}

/* Everything a message says, in fields: what an application in C would keep. */
struct text { char at[64]; };
static struct decoded {
  uint32_t words[128];
  struct text texts[128];
  uint32_t conf4[64], conf6[96];
  uint64_t stats[64], mib[64], mib6[32];
  struct rtnl_link_stats64 counters;
  struct rtnl_link_stats counters32;
  struct ifa_cacheinfo cache;
} link_;
static volatile uint32_t sink;
static void number(uint32_t *to, const struct rtattr *a) {
  int n = RTA_PAYLOAD(a);
  *to = 0, memcpy(to, RTA_DATA(a), n < 4 ? n : 4);
}
static void copy(void *to, int room, const struct rtattr *a) {
  int n = RTA_PAYLOAD(a);
  memcpy(to, RTA_DATA(a), n < room ? n : room);
}
static void hardware(struct text *to, const struct rtattr *a) {
  static const char digits[] = "0123456789abcdef";
  const unsigned char *b = RTA_DATA(a);
  char *p = to->at;
  for (int i = 0, n = RTA_PAYLOAD(a); i < n && i < 20; i++) *p++ = digits[b[i] >> 4], *p++ = digits[b[i] & 15], *p++ = ':';
  p[p > to->at ? -1 : 0] = 0;
}
#define each(a, first, bytes) for (struct rtattr *a = (first), *last_ = (void *)((char *)a + (bytes)); \
  (char *)a + sizeof *a <= (char *)last_; a = (void *)((char *)a + RTA_ALIGN(a->rta_len)))
static void decode_families(struct rtattr *set) {
  each(family, RTA_DATA(set), RTA_PAYLOAD(set)) each(a, RTA_DATA(family), RTA_PAYLOAD(family))
    if (family->rta_type == AF_INET) copy(link_.conf4, sizeof link_.conf4, a);
    else switch (a->rta_type) {
      case IFLA_INET6_CONF: copy(link_.conf6, sizeof link_.conf6, a); break;
      case IFLA_INET6_STATS: copy(link_.mib, sizeof link_.mib, a); break;
      case IFLA_INET6_ICMP6STATS: copy(link_.mib6, sizeof link_.mib6, a); break;
      default: copy(&link_.texts[100 + (a->rta_type & 15)], 64, a);
    }
}
static void decode_link(struct nlmsghdr *h) {
  struct ifinfomsg *m = NLMSG_DATA(h);
  memcpy(link_.words + 120, m, sizeof *m);
  each(a, IFLA_RTA(m), IFLA_PAYLOAD(h)) {
    int type = a->rta_type & NLA_TYPE_MASK;
    switch (type) {
      case IFLA_ADDRESS: case IFLA_BROADCAST: case IFLA_PERM_ADDRESS: hardware(&link_.texts[type], a); break;
      case IFLA_IFNAME: case IFLA_QDISC: case IFLA_IFALIAS: copy(&link_.texts[type], 64, a); break;
      case IFLA_STATS64: copy(&link_.counters, sizeof link_.counters, a); break;
      case IFLA_STATS: copy(&link_.counters32, sizeof link_.counters32, a); break;
      case IFLA_MAP: copy(&link_.stats, sizeof link_.stats, a); break;
      case IFLA_AF_SPEC: decode_families(a); break;
      case IFLA_LINKINFO: case IFLA_XDP:
        each(b, RTA_DATA(a), RTA_PAYLOAD(a)) copy(&link_.texts[70 + (b->rta_type & 15)], 64, b);
        break;
      default: number(&link_.words[type & 127], a);
    }
  }
  sink += link_.words[IFLA_MTU];
}
static void decode_address(struct nlmsghdr *h) {
  struct ifaddrmsg *m = NLMSG_DATA(h);
  memcpy(link_.words + 120, m, sizeof *m);
  each(a, IFA_RTA(m), IFA_PAYLOAD(h))
    if (a->rta_type == IFA_CACHEINFO) copy(&link_.cache, sizeof link_.cache, a);
    else if (a->rta_type == IFA_LABEL) copy(&link_.texts[3], 64, a);
    else if (a->rta_type <= IFA_BROADCAST) copy(&link_.texts[a->rta_type], 64, a);
    else number(&link_.words[a->rta_type & 127], a);
  sink += link_.words[IFA_FLAGS];
}
static void decode(struct nlmsghdr *h) {
  if (h->nlmsg_type == RTM_NEWLINK) decode_link(h);
  else if (h->nlmsg_type == RTM_NEWADDR || h->nlmsg_type == RTM_DELADDR) decode_address(h);
}

/* Reads a dump to its end; returns how many messages it had. */
static long dump(int decoded) {
  flush();
  for (long count = 0;;) {
    int n = receive();
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n), count++) {
      if (h->nlmsg_type == NLMSG_DONE) return count;
      if (decoded) decode(h);
    }
  }
}
static void write_file(const char *folder, const char *name, const void *bytes, int length) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || write(file, bytes, length) != length) die(path);
  close(file);
}
static void capture(const char *folder) {
  veth(0, BASE), acknowledged(1);
  get_link(BASE, 0), flush();
  receive(), write_file(folder, "link.bin", in, ((struct nlmsghdr *)in)->nlmsg_len);
  address_of(0), acknowledged(1);
  get_addresses(), flush();
  receive(), write_file(folder, "address.bin", in, ((struct nlmsghdr *)in)->nlmsg_len);
}
static int read_file(const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", getenv("BENCH_MESSAGES"), name);
  int file = open(path, O_RDONLY), n = file < 0 ? -1 : read(file, in, sizeof in);
  if (n < 0) die(path);
  return n;
}

static void make_links(long n) { for (long i = 0; i < n; i++) veth(i, BASE), acknowledged(1); }
static void generate(const char *what, long n) {
  for (long i = 0; i < n; i++) {
    if (!strcmp(what, "link")) mtu(BASE, i % 2 ? 1500 : 1400);
    else address(BASE, i % 2 ? RTM_DELADDR : RTM_NEWADDR, 0x0a090001);
    acknowledged(1);
  }
}
static pid_t generator(const char *what, long n) {
  char count[32];
  sprintf(count, "%ld", n);
  pid_t child = fork();
  if (child == 0) execl("/proc/self/exe", "limit", "generate", what, count, NULL), die("exec");
  return child;
}
/* Until the generator is done and a fifth of a second has been quiet. */
static long live(const char *what, long n) {
  pid_t child = generator(what, n);
  long count = 0, lost = 0;
  char more[64];
  start();
  for (int running = 1, left;;) {
    struct pollfd p = {fd, POLLIN, 0};
    if (poll(&p, 1, 200) == 0) {
      if (!running) break;
      if (waitpid(child, NULL, WNOHANG) == child) running = 0;
      continue;
    }
    if ((left = recv(fd, in, sizeof in, 0)) < 0) { lost++; continue; }
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left), count++) decode(h);
  }
  sprintf(more, ",\"sent\":%ld,\"overruns\":%ld", n, lost);
  report(count, more);
  return 0;
}
static void drain(const char *what, long n) {
  waitpid(generator(what, n), NULL, 0);
  long count = 0;
  char more[64];
  start();
  for (int left; (left = recv(fd, in, sizeof in, MSG_DONTWAIT)) > 0;)
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left), count++) decode(h);
  sprintf(more, ",\"sent\":%ld", n);
  report(count, more);
}
static int by_size(const void *a, const void *b) { return *(uint64_t *)a < *(uint64_t *)b ? -1 : 1; }
static uint64_t median(uint64_t *list, long n) { return qsort(list, n, sizeof *list, by_size), list[n / 2]; }

static void round_trips(long n) {
  uint64_t *times = malloc(n * sizeof *times);
  char more[64];
  start();
  for (long i = 0; i < n; i++) {
    uint64_t before = now(CLOCK_MONOTONIC);
    get_link(BASE, 0), flush(), receive(), decode((void *)in);
    times[i] = now(CLOCK_MONOTONIC) - before;
  }
  uint64_t wall = now(CLOCK_MONOTONIC) - wall0, p50;
  p50 = median(times, n), sprintf(more, ",\"p50Ns\":%lu", p50);
  wall0 += now(CLOCK_MONOTONIC) - wall0 - wall;
  report(n, more);
}
/* Batches of n; the median and the best of them. */
static void codec(const char *what, long n) {
  uint64_t times[15];
  char more[64], given[2][16] = {"v0", "v1"};
  if (strstr(what, "decode")) read_file(strstr(what, "link") ? "link.bin" : "address.bin");
  for (int batch = -3; batch < 15; batch++) {
    if (batch == 0) start();
    uint64_t before = now(CLOCK_MONOTONIC);
    for (long i = 0; i < n; i++) {
      if (strstr(what, "decode")) decode((void *)in);
      else if (strstr(what, "given")) used = 0, veth_named(given[0], given[1], 0, 0);
      else if (strstr(what, "link")) used = 0, veth(i % 1000, 0);
      else used = 0, address_of(i % 1000);
      asm volatile("" ::: "memory");
    }
    if (batch >= 0) times[batch] = now(CLOCK_MONOTONIC) - before;
  }
  uint64_t middle = median(times, 15);
  sprintf(more, ",\"p50Ns\":%lu,\"minNs\":%lu", middle / n, times[0] / n);
  report(15 * n, more);
}
static void run(long n, const char *input, char **command) {
  start();
  pid_t child = fork();
  if (child == 0) {
    int from = open(input, O_RDONLY), null = open("/dev/null", O_WRONLY);
    dup2(from, 0), dup2(null, 1), execvp(command[0], command), die(command[0]);
  }
  int status;
  struct rusage usage;
  wait4(child, &status, 0, &usage);
  uint64_t wall = now(CLOCK_MONOTONIC) - wall0;
  uint64_t cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000ull + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000ull;
  if (status) fprintf(stderr, "%s: status %d\n", command[0], status), exit(1);
  printf("{\"ops\":%ld,\"wallNs\":%lu,\"cpuNs\":%lu,\"rssKiB\":%ld}\n", n, wall, cpu, usage.ru_maxrss);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const char *what = argv[1];
  long n = argc > 3 ? 0 : atol(argv[2]), count = 0;
  if (!strcmp(what, "exec")) return run(atol(argv[2]), argv[3], argv + 4), 0;
  if (!strncmp(what, "w7", 2)) return codec(what, n), 0;
  int groups = !strstr(what, "w6") ? 0 : strstr(what, "link") ? RTMGRP_LINK : RTMGRP_IPV4_IFADDR;
  fd = listen_to(groups, strstr(what, "live-default") ? 0 : 4 << 20);
  const char *kind = strstr(what, "link") ? "link" : "address";
  if (strstr(what, "live")) return live(kind, n), 0;
  if (strstr(what, "drain")) return drain(kind, n), 0;
  if (!strcmp(what, "capture")) return capture(argv[2]), 0;
  if (!strcmp(what, "generate")) return generate(argv[2], atol(argv[3])), 0;
  if (!strcmp(what, "setup")) {
    make_links(atol(argv[3]));
    if (!strcmp(argv[2], "addresses")) for (long i = 0; i < 2 * atol(argv[3]); i++) address_of(i), acknowledged(1);
    return 0;
  }
  int decoded = !!strstr(what, "decoded"), packed = !!strstr(what, "packed");
  if (what[1] == '5') return round_trips(n), 0;
  if (what[1] == '3' || what[1] == '4')
    if (!strstr(what, "cold")) for (int i = 0; i < 3; i++) what[1] == '3' ? get_link(0, NLM_F_DUMP) : get_addresses(), dump(decoded);
  /* Operations before those that are measured, unless it is the cold start that is: numbers n, n + 1, …. */
  long warm = strstr(what, "cold") ? 0 : what[1] == '1' ? n / 2 : what[1] == '2' ? 8 * n : 0;
  for (long i = 0; i < warm; i++) {
    what[1] == '1' ? veth(n + i, 0) : address_of(n + i);
    if (!packed) acknowledged(1);
    else if ((i + 1) % PACK == 0 || i + 1 == warm) acknowledged((i % PACK) + 1);
  }
  start();
  for (long i = 0; i < n; i++) {
    switch (what[1]) {
      case '1': veth(i, 0); break;
      case '2': address_of(i); break;
      case '3': get_link(0, NLM_F_DUMP), count += dump(decoded); continue;
      case '4': get_addresses(), count += dump(decoded); continue;
      default: return 2;
    }
    if (!packed) acknowledged(1);
    else if ((i + 1) % PACK == 0 || i + 1 == n) acknowledged((i % PACK) + 1);
  }
  report(count ? count : n, "");
}
