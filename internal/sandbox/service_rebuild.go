package sandbox

import "fmt"

// settlingReads is the read that first sees a change done: a service rebuilt,
// a VPC made or deleted, a task finished. Reads are counted, not time, so
// that a test meets every state in between and waits for none.
const settlingReads = 3

// rebuild puts the service on new nodes. It takes until the third read.
func (s *Service) rebuild() {
	if s.State == "POWEROFF" {
		return
	}
	s.State = "REBUILDING"
	s.Rebuilding = settlingReads
	s.Rebuilds++
}

// seen is called for every read, before the answer is made.
func (s *Service) seen() {
	if s.Rebuilding == 0 {
		return
	}
	s.Rebuilding--
	if s.Rebuilding == 0 && s.State == "REBUILDING" {
		s.State = "RUNNING"
	}
}

// node names the node in this place; nodes that replace others get new
// numbers and with them new addresses.
func (s *Service) node(place int) string {
	return fmt.Sprintf("%s-%d", s.Name, s.Rebuilds*s.NodeCount+place+1)
}

func (s *Service) nodeState() string {
	if s.State == "REBUILDING" {
		return "syncing_data"
	}
	return "running"
}

// seen is called for every read of the VPC, before the answer is made.
func (v *VPC) seen() {
	for _, p := range v.Peerings {
		if p.Requested {
			p.State, p.Requested = "PENDING_PEER", false
		}
	}
	if v.Changing == 0 {
		return
	}
	v.Changing--
	if v.Changing > 0 {
		return
	}
	switch v.State {
	case "APPROVED":
		v.State = "ACTIVE"
	case "DELETING":
		v.State = "DELETED"
	}
}
