package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheListIsCurrent(t *testing.T) {
	want, err := list("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../list.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("steps/list.go is stale: run go generate ./steps")
	}
}
