package steps

// steps are the ten sections in the checklist's order, without their checks.
func sections() []Step {
	return []Step{
		{ID: "verify-domain", Title: "Verify a domain", Docs: docs + "platform/howto/manage-domains",
			Asks: "Prove that the e-mail domains of your people are yours. Aiven then knows who belongs to the organization: " +
				"their accounts become managed, and an identity provider can be linked to the domain."},
		{ID: "identity-provider", Title: "Add an identity provider", Docs: docs + "platform/howto/saml/add-identity-providers",
			Asks: "Let people log in through your own identity provider. Who leaves the company then leaves Aiven the same day, " +
				"and one place holds the rules for passwords and second factors."},
		{ID: "authentication-policy", Title: "Set the authentication policy", Docs: docs + "platform/howto/set-authentication-policies",
			Asks: "Allow only the ways of logging in that you control: your identity provider, a second factor where passwords remain, " +
				"tokens only from allowed logins, and requests only from your networks."},
		{ID: "units-and-projects", Title: "Group projects in units", Docs: docs + "platform/concepts/orgs-units-projects",
			Asks: "Keep what belongs together in one unit and what does not apart, so that access granted for one team or stage " +
				"does not reach the others."},
		{ID: "least-privilege", Title: "Grant least-privilege access", Docs: docs + "platform/concepts/permissions",
			Asks: "Give people and groups what their work needs and no more; keep super admins and organization admins few."},
		{ID: "application-users", Title: "Manage application users and tokens", Docs: docs + "platform/concepts/application-users",
			Asks: "Give each application its own user with a token that expires and works only from its networks."},
		{ID: "virtual-private-clouds", Title: "Use virtual private clouds", Docs: docs + "platform/concepts/vpcs",
			Asks: "Keep services off the public internet: in a VPC, with peered networks and a narrow IP filter."},
		{ID: "multi-cloud", Title: "Spread over clouds and regions", Docs: docs + "platform/concepts/availability-zones",
			Asks: "Keep a copy of what the business cannot do without in another cloud and region."},
		{ID: "service-updates", Title: "Keep services up to date", Docs: docs + "platform/concepts/maintenance-window",
			Asks: "Run versions that get security fixes, and apply maintenance in a window that suits you."},
		{ID: "compliance", Title: "Use enhanced compliance environments", Docs: docs + "platform/concepts/enhanced-compliance-env",
			Asks: "Run what is subject to PCI DSS, HIPAA or the like in environments made for it."},
	}
}

const docs = "https://aiven.io/docs/"

// All is the checklist, in its order.
func All() []Step {
	out := sections()
	for i := range out {
		out[i].Checks = checksOf(out[i].ID)
	}
	return out
}
