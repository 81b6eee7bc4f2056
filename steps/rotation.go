package steps

import (
	"fmt"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// Rotation is a token that is being replaced, as the journal tells: work of
// several days.
type Rotation struct {
	UserID string
	Old    string // prefix of the token that goes
	// Description is that of the new one, by which it is found.
	Description string
	Made        time.Time // UTC
	// HandedOver is whether the admin had the new one.
	HandedOver bool
	// Entry of the journal.
	Entry string
}

// idleHours is how long the old token must have been idle once the new one is
// in use, unless it was not used since the new one was made.
const idleHours = 24

// rotationOf is the newest rotation of a token, and the new token if it is there.
func rotationOf(in Input, user, old Text) (*Rotation, *organization.AppToken) {
	for i := len(in.Rotations) - 1; i >= 0; i-- {
		r := in.Rotations[i]
		if r.UserID != user.Raw() || r.Old != old.Raw() {
			continue
		}
		for _, u := range in.Org.AppUsers {
			for k, t := range u.Tokens {
				if u.ID == user && t.Description.Is(r.Description) && t.Prefix != old {
					return &in.Rotations[i], &u.Tokens[k]
				}
			}
		}
	}
	return nil, nil
}

// RotationState is how far a rotation is.
type RotationState string

// The states of a rotation.
const (
	RotationNone   RotationState = ""
	RotationLost   RotationState = "lost"   // made, and nobody has it
	RotationUnused RotationState = "unused" // handed over, and not used yet
	RotationBoth   RotationState = "both"   // both are in use
	RotationReady  RotationState = "ready"  // only the new one is in use
)

// rotationState says how far the rotation of a token is, in words too.
func rotationState(in Input, u organization.AppUser, old organization.AppToken) (RotationState, *organization.AppToken, string) {
	r, fresh := rotationOf(in, u.ID, old.Prefix)
	switch {
	case r == nil:
		return RotationNone, nil, ""
	case fresh.LastUsed.IsZero() && !r.HandedOver:
		return RotationLost, fresh, "its replacement was made but reached nobody: revoke that and make another"
	case fresh.LastUsed.IsZero():
		return RotationUnused, fresh, "its replacement is there and was not used yet: put it in place"
	case old.LastUsed.After(fresh.CreateTime) && in.Now.Sub(old.LastUsed) < idleHours*time.Hour:
		return RotationBoth, fresh, fmt.Sprintf("its replacement is in use, but so is this one (%s): something still has the old one", used(old, in))
	}
	return RotationReady, fresh, "its replacement is in use and this one is idle: it can be revoked"
}

// inRotation tells a finding how far the rotation is, and offers what comes next.
func inRotation(in Input, u organization.AppUser, t organization.AppToken, f *Finding) {
	state, _, says := rotationState(in, u, t)
	switch state {
	case RotationNone:
		return
	case RotationLost:
		f.Fixes = []string{fixRevokeLost}
	case RotationUnused:
		f.Fixes = []string{fixRevokeOld, fixRevokeLost}
	default:
		f.Fixes = []string{fixRevokeOld}
	}
	f.Evidence = append(f.Evidence, Evidence{"rotation", says, "the new one in use, the old one revoked"})
}

// isReplacement says whether a token replaces another and the rotation is not over.
func isReplacement(in Input, u organization.AppUser, t organization.AppToken) bool {
	for _, old := range u.Tokens {
		if r, fresh := rotationOf(in, u.ID, old.Prefix); r != nil && fresh.Prefix == t.Prefix {
			return true
		}
	}
	return false
}

// RotationUnderway is one rotation that is not over, for display.
type RotationUnderway struct {
	Entry, Says, State string
	Ready              bool
	Fix                string // what is due next
	Resource           remediate.Target
}

// RotationsUnderway are the rotations whose old token is still there.
func RotationsUnderway(in Input) []RotationUnderway {
	var out []RotationUnderway
	for _, u := range in.Org.AppUsers {
		for _, t := range u.Tokens {
			state, _, says := rotationState(in, u, t)
			r, _ := rotationOf(in, u.ID, t.Prefix)
			if state == RotationNone || r == nil {
				continue
			}
			w := RotationUnderway{
				Entry: r.Entry, Says: fmt.Sprintf("Replace %s of %s", tokenName(t), u.Name), State: says, Ready: state == RotationReady || state == RotationLost,
				Resource: tokenTarget(u.ID, t.Prefix, t.Description), Fix: fixRevokeOld,
			}
			if state == RotationLost {
				w.Fix = fixRevokeLost
			}
			out = append(out, w)
		}
	}
	return out
}
