package steps

import (
	"strings"
	"testing"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// compliant is a service that lacks nothing.
func compliant() organization.Service {
	s := oneOf("pg", "16")
	s.Cloud, s.VPCID, s.CMKID = text("aws-eu-north-1"), text("v1"), text("k1")
	s.Integrations = []organization.Integration{{Type: text("rsyslog"), SourceProject: text("wiki"), SourceService: s.Name, Active: true}}
	s.Components = []organization.Component{{Name: text("pg"), Route: text("dynamic")}}
	s.Config.PublicAccess = map[string]bool{"pg": false}
	return s
}

func TestECERequirements(t *testing.T) {
	for _, tc := range []struct {
		name  string
		edit  func(*organization.Service)
		want  Status
		field string
	}{
		{name: "nothing lacks", want: Pass},
		{name: "public route", edit: func(s *organization.Service) { s.Components[0].Route = text("public") }, want: Fail, field: "public route"},
		{name: "public access", edit: func(s *organization.Service) { s.Config.PublicAccess["pg"] = true }, want: Fail, field: "public route"},
		{name: "no VPC", edit: func(s *organization.Service) { s.VPCID = Text{} }, want: Fail, field: "project_vpc_id"},
		{name: "no key", edit: func(s *organization.Service) { s.CMKID = Text{} }, want: Fail, field: "cmk_id"},
		{name: "another cloud", edit: func(s *organization.Service) { s.Cloud = text("upcloud-fi-hel") }, want: Fail, field: "cloud_name"},
		{name: "custom cloud", edit: func(s *organization.Service) { s.Cloud = text("custom-x-eu") }, want: Unknown},
		{name: "no logs", edit: func(s *organization.Service) { s.Integrations = nil }, want: Fail, field: "log integration"},
		{name: "logs of another", edit: func(s *organization.Service) { s.Integrations[0].SourceService = text("other") }, want: Fail, field: "log integration"},
		{name: "logs not sent", edit: func(s *organization.Service) { s.Integrations[0].Active = false }, want: Fail, field: "log integration"},
		{name: "not regulated", edit: func(s *organization.Service) { s.Project = text("shop") }, want: NotApplicable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := compliant()
			if tc.edit != nil {
				tc.edit(&s)
			}
			got := evaluated(input(updates(s)), "ece-requirements")
			if got.Status != tc.want {
				t.Fatalf("%s (%s), want %s", got.Status, got.Reason, tc.want)
			}
			if tc.field != "" && (len(got.Findings[0].Evidence) != 1 || got.Findings[0].Evidence[0].Field != tc.field) {
				t.Errorf("evidence: %v, want %s", got.Findings[0].Evidence, tc.field)
			}
			if tc.field != "" {
				if lines := requirementsGuide(Input{}, got.Findings, nil).Lines; len(lines) != 3 {
					t.Errorf("the guide has no line for it: %q", lines)
				}
			}
		})
	}
	in := input(updates(compliant()))
	in.Policy.RegulatedProjects = nil
	if got := evaluated(in, "ece-requirements"); got.Status != NotApplicable || got.Reason == "" {
		t.Errorf("nothing named: %s (%s)", got.Status, got.Reason)
	}
	in.Policy.RegulatedProjects = []policy.RegulatedProject{{Project: "gone", Standard: "HIPAA"}}
	if got := evaluated(in, "ece-requirements"); got.Status != Unknown || !strings.Contains(got.Reason, "gone") {
		t.Errorf("a project that is not there: %s (%s)", got.Status, got.Reason)
	}
}

func TestRegulatedIsRecorded(t *testing.T) {
	in := input(dated())
	q := regulatedQuestions(in, nil)
	if len(q[0].Options) != 1 || q[0].Options[0].Value != "shop" || q[0].Validate("") == nil {
		t.Errorf("projects: %+v", q[0])
	}
	got := recordRegulated(in, nil, Answers{keyProjects: "shop\nwiki\nnowhere", keyStandard: "HIPAA"})
	if len(got) != 1 || *got[0].Regulated != (policy.RegulatedProject{Project: "shop", Standard: "HIPAA"}) {
		t.Errorf("records: %+v", got)
	}
	if got := recordRegulated(in, nil, Answers{keyProjects: "shop", keyStandard: "none"}); got != nil {
		t.Errorf("a standard that is none: %+v", got)
	}
}

func TestRequestText(t *testing.T) {
	o := updates(compliant())
	o.VPCs = []organization.VPC{{Project: text("wiki"), Clouds: []organization.VPCCloud{{Cloud: text("aws-eu-north-1"), CIDR: text("10.1.0.0/20")}}}}
	got := requestText(input(o))
	for _, want := range []string{"Example (org1)", "Project wiki, subject to PCI DSS", "plan business-4", "network in aws-eu-north-1: [CIDR, not overlapping 10.1.0.0/20]"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
	if strings.Contains(requestText(input(dated())), "\x1b") {
		t.Error("API text is copied raw")
	}
}
