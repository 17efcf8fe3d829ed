package main

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
	"testing"
)

// A terminal that is closed ends a server as in order as ^C does; one that was started to outlive it goes on.
func TestAClosedTerminalEndsInOrder(t *testing.T) {
	if signal.Ignored(syscall.SIGHUP) { // these tests run under nohup
		if slices.Contains(ends(), os.Signal(syscall.SIGHUP)) {
			t.Error("what was started under nohup ends with its terminal")
		}
		return
	}
	if !slices.Contains(ends(), os.Signal(syscall.SIGHUP)) {
		t.Error("a closed terminal kills it")
	}
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	if slices.Contains(ends(), os.Signal(syscall.SIGHUP)) {
		t.Error("what was started under nohup ends with its terminal")
	}
}
