// vishvananda/netlink: `vishvananda WORKLOAD N` prints one line of JSON.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

const base = 1000

var workload = os.Args[1]
var n, _ = strconv.Atoi(os.Args[2])
var sink interface{}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func cpu() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func start() func(ops int, more map[string]interface{}) {
	wall, before := time.Now(), cpu()
	return func(ops int, more map[string]interface{}) {
		var usage syscall.Rusage
		figures := map[string]interface{}{"ops": ops, "wallNs": time.Since(wall).Nanoseconds(), "cpuNs": cpu() - before}
		check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
		figures["rssKiB"] = usage.Maxrss
		for name, value := range more {
			figures[name] = value
		}
		check(json.NewEncoder(os.Stdout).Encode(figures))
	}
}

func veth(i int) *netlink.Veth {
	attrs := netlink.NewLinkAttrs()
	attrs.Name = fmt.Sprintf("v%d", 2*i)
	return &netlink.Veth{LinkAttrs: attrs, PeerName: fmt.Sprintf("v%d", 2*i+1)}
}

func address(i int) *netlink.Addr {
	return &netlink.Addr{IPNet: &net.IPNet{IP: net.IPv4(10, byte(i>>8), byte(i), 1), Mask: net.CIDRMask(24, 32)}}
}

// Operations before those that are measured, numbers n, n + 1, ….
func oneByOne(operation func(i int) error) {
	warm := 8 * n
	if workload == "w1" {
		warm = n / 2
	}
	for i := n; i < n+warm; i++ {
		check(operation(i))
	}
	stop := start()
	for i := 0; i < n; i++ {
		check(operation(i))
	}
	stop(n, nil)
}

func dumps(dump func() int) {
	if !strings.Contains(workload, "cold") {
		for i := 0; i < 3; i++ {
			dump()
		}
	}
	stop, ops := start(), 0
	for i := 0; i < n; i++ {
		ops += dump()
	}
	stop(ops, nil)
}

func links() int {
	list, err := netlink.LinkList()
	check(err)
	return len(list)
}

func addresses() int {
	list, err := netlink.AddrList(nil, unix.AF_INET)
	check(err)
	return len(list)
}

func roundTrips() {
	times := make([]int, n)
	stop := start()
	for i := range times {
		before := time.Now()
		_, err := netlink.LinkByIndex(base)
		check(err)
		times[i] = int(time.Since(before).Nanoseconds())
	}
	sort.Ints(times)
	stop(n, map[string]interface{}{"p50Ns": times[n/2]})
}

// The unexported encoder of the package sends at once; this is the request it makes, in its own parts.
func encodeLink(i int) []byte {
	request := nl.NewNetlinkRequest(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ACK)
	request.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	request.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated("v"+strconv.Itoa(2*i))))
	info := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	info.AddRtAttr(nl.IFLA_INFO_KIND, nl.NonZeroTerminated("veth"))
	data := info.AddRtAttr(nl.IFLA_INFO_DATA, nil)
	peer := data.AddRtAttr(nl.VETH_INFO_PEER, nil)
	nl.NewIfInfomsgChild(peer, unix.AF_UNSPEC)
	peer.AddRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated("v"+strconv.Itoa(2*i+1)))
	request.AddData(info)
	return request.Serialize()
}

func encodeAddress(i int) []byte {
	request := nl.NewNetlinkRequest(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ACK)
	message := nl.NewIfAddrmsg(unix.AF_INET)
	message.Index, message.Prefixlen = uint32(base+i), 24
	request.AddData(message)
	ip := net.IPv4(10, byte(i>>8), byte(i), 1).To4()
	request.AddData(nl.NewRtAttr(unix.IFA_LOCAL, ip))
	request.AddData(nl.NewRtAttr(unix.IFA_ADDRESS, ip))
	return request.Serialize()
}

func decodeLink(message []byte) func(int) {
	header := unix.NlMsghdr{}
	return func(int) {
		link, err := netlink.LinkDeserialize(&header, message[unix.SizeofNlMsghdr:])
		check(err)
		sink = link
	}
}

func codec() {
	operations := map[string]func(int){
		"w7-encode-link":    func(i int) { sink = encodeLink(i) },
		"w7-encode-address": func(i int) { sink = encodeAddress(i) },
	}
	if workload == "w7-decode-link" {
		message, err := os.ReadFile(os.Getenv("BENCH_MESSAGES") + "/link.bin")
		check(err)
		operations[workload] = decodeLink(message)
	}
	operation := operations[workload]
	times := make([]int, 15)
	stop := start()
	for batch := -3; batch < len(times); batch++ {
		if batch == 0 {
			stop = start()
		}
		before := time.Now()
		for i := 0; i < n; i++ {
			operation(i % 1000)
		}
		if batch >= 0 {
			times[batch] = int(time.Since(before).Nanoseconds()) / n
		}
	}
	sort.Ints(times)
	stop(n*len(times), map[string]interface{}{"p50Ns": times[len(times)/2], "minNs": times[0]})
}

// Counts what a channel delivers until nothing has come for a while.
func count(next func(timeout time.Duration) bool, running func() bool, quiet time.Duration) int {
	for total := 0; ; {
		if next(quiet) {
			total++
		} else if !running() {
			return total
		}
	}
}

func events() {
	what, quiet := "address", 200*time.Millisecond
	done := make(chan struct{})
	var next func(time.Duration) bool
	size := 4 << 20
	if strings.Contains(workload, "default") {
		size = 0
	}
	if strings.Contains(workload, "link") {
		what = "link"
		updates := make(chan netlink.LinkUpdate)
		check(netlink.LinkSubscribeWithOptions(updates, done, netlink.LinkSubscribeOptions{}))
		next = func(timeout time.Duration) bool {
			select {
			case _, open := <-updates:
				return open
			case <-time.After(timeout):
				return false
			}
		}
	} else {
		updates := make(chan netlink.AddrUpdate)
		check(netlink.AddrSubscribeWithOptions(updates, done, netlink.AddrSubscribeOptions{ReceiveBufferSize: size}))
		next = func(timeout time.Duration) bool {
			select {
			case _, open := <-updates:
				return open
			case <-time.After(timeout):
				return false
			}
		}
	}
	generator := exec.Command(os.Getenv("BENCH_LIMIT"), "generate", what, os.Args[2])
	check(generator.Start())
	running := true
	go func() {
		generator.Wait()
		running = false
	}()
	stop := start()
	stop(count(next, func() bool { return running }, quiet), map[string]interface{}{"sent": n})
}

func main() {
	switch {
	case strings.HasPrefix(workload, "w7"):
		codec()
	case strings.HasPrefix(workload, "w6"):
		events()
	case workload == "w1":
		oneByOne(func(i int) error { return netlink.LinkAdd(veth(i)) })
	case workload == "w2":
		oneByOne(func(i int) error {
			return netlink.AddrAdd(&netlink.GenericLink{LinkAttrs: netlink.LinkAttrs{Index: base + i%1000}}, address(i))
		})
	case strings.HasPrefix(workload, "w3"):
		dumps(links)
	case workload == "w4":
		dumps(addresses)
	case workload == "w5":
		roundTrips()
	}
}
