package sandbox

import "slices"

func (v *VPC) identify(parent string, created When) {
	fill(&v.ID, madeUUID(parent, "vpc", v.Name, v.Cloud, v.CIDR))
	fill(&v.State, "ACTIVE")
	then(&v.CreateTime, created)
	then(&v.UpdateTime, v.CreateTime)
	for _, p := range v.Peerings {
		fill(&p.ID, madeUUID(v.ID, "peering", p.Account, p.VPC))
		fill(&p.State, "ACTIVE")
		fill(&p.Type, "aws-vpc-peering-connection")
		then(&p.CreateTime, v.CreateTime)
		then(&p.UpdateTime, p.CreateTime)
	}
}

func (p *Project) identify(o *Organization) {
	fill(&p.Parent, "organization")
	then(&p.CreateTime, o.CreateTime)
	for _, v := range p.VPCs {
		v.identify(p.ID, p.CreateTime)
	}
	for _, k := range p.CMKs {
		fill(&k.ID, madeUUID(p.ID, "cmk", k.Resource))
		then(&k.CreateTime, p.CreateTime)
		then(&k.UpdateTime, k.CreateTime)
	}
	for _, s := range p.Services {
		s.identify(p)
	}
}

func (o *Organization) linkProject(p *Project, d *decoder) error {
	if p.ID == "" {
		return d.at(1, 1, "a project of %s has no id", o.Name)
	}
	if err := d.resolve(&p.Parent, "unit", o.parentNames()); err != nil {
		return err
	}
	if p.BillingGroupID == "" && len(o.BillingGroups) > 0 {
		p.BillingGroupID = o.BillingGroups[0].ID
	}
	if err := d.resolve(&p.BillingGroupID, "billing group", o.billingNames()); err != nil {
		return err
	}
	if err := o.linkGrants(p.Grants, d); err != nil {
		return err
	}
	vpcs := names{}
	for _, v := range slices.Concat(o.VPCs, p.VPCs) {
		vpcs.add(v.ID, v.Name)
	}
	for _, s := range p.Services {
		if err := d.resolve(&s.VPC, "VPC", vpcs); err != nil {
			return err
		}
	}
	return nil
}
