package sandbox

// Project is a project with its services and VPCs.
type Project struct {
	ID                 string                `yaml:"id"`     // also its name
	Parent             string                `yaml:"parent"` // organization, root, or a unit's id or name
	BillingGroupID     string                `yaml:"billing_group"`
	Tags               map[string]string     `yaml:"tags"`
	TechEmails         []string              `yaml:"tech_emails"`
	EndOfLifeExtension map[string]*Extension `yaml:"end_of_life_extension"`
	Grants             []*Grant              `yaml:"grants"`
	Services           []*Service            `yaml:"services"`
	VPCs               []*VPC                `yaml:"vpcs"`
	CMKs               []*CMK                `yaml:"cmks"`
	CreateTime         When                  `yaml:"create_time"`
}

// Extension is a longer life granted to a version in one project.
type Extension struct {
	EOLDate string `yaml:"eol_date"`
	Version string `yaml:"version"`
}

// CMK is a key of the customer's own that services are encrypted with.
type CMK struct {
	ID         string `yaml:"id"`
	Resource   string `yaml:"resource"`
	Default    bool   `yaml:"default"`
	CreateTime When   `yaml:"create_time"`
	UpdateTime When   `yaml:"update_time"`
}

// Service is a running service.
type Service struct {
	Name                  string            `yaml:"name"`
	Type                  string            `yaml:"type"`
	Version               string            `yaml:"version"` // short for user_config.<type>_version
	Plan                  string            `yaml:"plan"`
	Cloud                 string            `yaml:"cloud"`
	State                 string            `yaml:"state"`
	VPC                   string            `yaml:"vpc"` // id or name of a project's or organization's VPC
	Tags                  map[string]string `yaml:"tags"`
	TechEmails            []string          `yaml:"tech_emails"`
	UserConfig            map[string]any    `yaml:"user_config"`
	Maintenance           Maintenance       `yaml:"maintenance"`
	TerminationProtection bool              `yaml:"termination_protection"`
	CMK                   string            `yaml:"cmk_id"`
	DiskSpaceMB           int               `yaml:"disk_space_mb"`
	NodeCount             int               `yaml:"node_count"`
	Users                 []*ServiceUser    `yaml:"users"`
	Pools                 []*ConnectionPool `yaml:"connection_pools"`
	Components            []*Component      `yaml:"components"`
	PrivateLinks          []*PrivateLink    `yaml:"private_links"`
	Integrations          []*Integration    `yaml:"integrations"`
	Backups               []*Backup         `yaml:"backups"`
	Notifications         []*Notification   `yaml:"notifications"`
	Databases             []string          `yaml:"databases"`
	UpgradeBlockers       []string          `yaml:"upgrade_blockers"` // what an upgrade check finds
	CreateTime            When              `yaml:"create_time"`
	UpdateTime            When              `yaml:"update_time"`

	// What follows is no part of a seed: it is born of calls.
	Rebuilding int // reads that still see the service being rebuilt
	Rebuilds   int // how often its nodes have been replaced
	Tasks      []*Task
}

// Task is a job that a service was asked to do.
type Task struct {
	ID, Type, Target string
	CreateTime       When
	Running          int // reads that still see it without a result
	Success          bool
	Result, Code     string
}

// Maintenance is when a service may be worked on, and what waits.
type Maintenance struct {
	DOW      string    `yaml:"dow"`
	Time     string    `yaml:"time"`
	Disabled bool      `yaml:"disabled"`
	Updates  []*Update `yaml:"updates"`
}

// Update is maintenance that waits to be done.
type Update struct {
	Description string `yaml:"description"`
	Impact      string `yaml:"impact"`
	Link        string `yaml:"documentation_link"`
	Deadline    When   `yaml:"deadline"`
	StartAfter  When   `yaml:"start_after"`
	StartAt     When   `yaml:"start_at"`
}

// ServiceUser is a user of the service itself.
type ServiceUser struct {
	Name     string `yaml:"name"`
	Type     string `yaml:"type"` // primary or regular
	Password string `yaml:"password"`

	// What a call set; no keys of a seed.
	AccessControl  map[string]any
	Authentication string
}

// ConnectionPool is a PgBouncer pool.
type ConnectionPool struct {
	Name     string `yaml:"name"`
	Database string `yaml:"database"`
	User     string `yaml:"user"`
	Mode     string `yaml:"mode"`
	Size     int    `yaml:"size"`
}

// Component is one address of a service.
type Component struct {
	Name  string `yaml:"component"`
	Host  string `yaml:"host"`
	Port  int    `yaml:"port"`
	Route string `yaml:"route"` // dynamic, public, private or privatelink
	Usage string `yaml:"usage"`
}

// PrivateLink is a connection from a customer's network to a service.
type PrivateLink struct {
	ID       string `yaml:"id"`
	Endpoint string `yaml:"endpoint"`
	Address  string `yaml:"address"` // a DNS name on AWS, an IP address on Azure
	State    string `yaml:"state"`
}

// Integration joins two services; it is written with either of them and
// shown with both.
type Integration struct {
	ID            string         `yaml:"id"`
	Type          string         `yaml:"type"`
	Source        string         `yaml:"source"` // default: the service that it is written with
	SourceProject string         `yaml:"source_project"`
	Dest          string         `yaml:"dest"`
	DestProject   string         `yaml:"dest_project"`
	Description   string         `yaml:"description"`
	Inactive      bool           `yaml:"inactive"`
	UserConfig    map[string]any `yaml:"user_config"`
}

// Backup is a backup of a service.
type Backup struct {
	Name              string   `yaml:"name"`
	Time              When     `yaml:"time"`
	Size              int      `yaml:"size"`
	Location          string   `yaml:"storage_location"`
	AdditionalRegions []string `yaml:"additional_regions"`
}

// Notification is what Aiven tells about a service.
type Notification struct {
	Type    string `yaml:"type"`
	Level   string `yaml:"level"`
	Message string `yaml:"message"`
	EOLTime When   `yaml:"service_end_of_life_time"`
}

// VPC is a private network of a project or of the organization.
type VPC struct {
	ID         string     `yaml:"id"`
	Name       string     `yaml:"name"` // display name of an organization's VPC
	Cloud      string     `yaml:"cloud"`
	CIDR       string     `yaml:"cidr"`
	State      string     `yaml:"state"`
	Peerings   []*Peering `yaml:"peerings"`
	CreateTime When       `yaml:"create_time"`
	UpdateTime When       `yaml:"update_time"`

	Changing int // reads that still see APPROVED or DELETING; born of calls
}

// Peering joins a VPC with a customer's own network.
type Peering struct {
	ID         string `yaml:"id"`
	Account    string `yaml:"account"`
	VPC        string `yaml:"vpc"`
	Region     string `yaml:"region"`
	Type       string `yaml:"type"`
	State      string `yaml:"state"`
	Message    string `yaml:"message"`
	CreateTime When   `yaml:"create_time"`
	UpdateTime When   `yaml:"update_time"`

	Requested bool // asked for by a call, so that the next read sees it wait for the peer
}
