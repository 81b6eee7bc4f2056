package sandbox

import "slices"

// AcceptPeerings is the other side's word: all peerings of a VPC, of whatever
// project or organization, are active from now on.
func (s *Sandbox) AcceptPeerings(vpc string) {
	s.Mutate(func(st *State) {
		for _, o := range st.Organizations {
			all := slices.Clone(o.VPCs)
			for _, p := range o.Projects {
				all = append(all, p.VPCs...)
			}
			for _, v := range all {
				if v.ID != vpc {
					continue
				}
				for _, p := range v.Peerings {
					p.State, p.Message = "ACTIVE", ""
				}
			}
		}
	})
}
