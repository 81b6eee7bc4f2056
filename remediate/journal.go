package remediate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"avn-harden/internal/organization"
)

// Journal is the append-only record of every change tried: one JSON line per
// record, fsynced, 0600 in a 0700 directory. Several processes may use it at once.
type Journal struct {
	path string

	// The file only grows, so that what was read of it holds until it is longer.
	mu   sync.Mutex
	size int64
	list []Entry
}

// Entry of the journal as replayed: intent and outcome merged. No secrets.
type Entry struct {
	ID         string              `json:"id"`
	Time       time.Time           `json:"time"`
	OrgID      string              `json:"organization_id"`
	By         string              `json:"by"` // who (e-mail, display form)
	Says       string              `json:"says"`
	Check      string              `json:"check,omitempty"`
	Fix        string              `json:"fix,omitempty"`
	Resource   string              `json:"resource"` // display
	Type       string              `json:"resource_type,omitempty"`
	ResourceID string              `json:"resource_id,omitempty"` // display form
	Operation  string              `json:"operation"`
	Method     string              `json:"method"`
	Path       string              `json:"path"`
	Risk       Risk                `json:"risk,omitempty"`
	Permission string              `json:"permission,omitempty"`
	Outcome    Outcome             `json:"outcome,omitempty"`
	Why        string              `json:"why,omitempty"`
	Undo       []Inverse           `json:"undo,omitempty"`
	NoUndo     string              `json:"no_undo,omitempty"`
	UndoOf     string              `json:"undo_of,omitempty"` // id of the entry this undid
	UndoneBy   string              `json:"undone_by,omitempty"`
	Touches    []organization.Part `json:"touches,omitempty"`
	Deltas     []Delta             `json:"deltas,omitempty"`
	// Hands names what the answer held once; HandedOver is when the admin had it.
	Hands      string     `json:"hands,omitempty"`
	HandedOver *time.Time `json:"handed_over,omitempty"`
	// Until is what holds once the long work that it started is over; Finished
	// is when that was seen.
	Until    []Delta           `json:"until,omitempty"`
	Finished *time.Time        `json:"finished,omitempty"`
	Facts    map[string]string `json:"facts,omitempty"`
}

// record is one line of the file.
type record struct {
	Kind  string `json:"record"` // intent, outcome
	Entry Entry  `json:"entry"`
	// Resolved: the entry's undo and deltas replace those of the intent, whose
	// references had no values yet.
	Resolved bool `json:"resolved,omitempty"`
}

const (
	intentRecord  = "intent"
	outcomeRecord = "outcome"
	markRecord    = "mark" // handed over, or finished
	// tornID starts the ids of entries that stand for lines that cannot be read.
	tornID = "line-"
)

// OpenJournal opens or makes the journal of one organization in dir.
func OpenJournal(dir, orgID string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the journal's directory %s: %w", dir, err)
	}
	name := url.PathEscape(orgID)
	if len(name) > 100 {
		sum := sha256.Sum256([]byte(orgID))
		name = hex.EncodeToString(sum[:])
	}
	j := &Journal{path: filepath.Join(dir, "journal-"+name+".jsonl")}
	f, err := os.OpenFile(j.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", j.path, err)
	}
	if err := f.Chmod(0o600); err != nil && runtime.GOOS != "windows" {
		return nil, errors.Join(fmt.Errorf("keep the journal %s to its owner: %w", j.path, err), f.Close())
	}
	if err := errors.Join(f.Close(), syncDir(dir)); err != nil {
		return nil, fmt.Errorf("make the journal %s last: %w", j.path, err)
	}
	return j, nil
}

// syncDir makes a new file's name last through a crash.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Path is where the journal is.
func (j *Journal) Path() string { return j.path }

// Entries gives all entries, oldest first. A line that cannot be read, such as
// a torn last one, is an unclear entry, never an error.
func (j *Journal) Entries() ([]Entry, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	at, err := os.Stat(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && at.Size() == j.size {
		return slices.Clone(j.list), nil
	}
	data, err := os.ReadFile(j.path)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	j.size, j.list = int64(len(data)), replay(data)
	return slices.Clone(j.list), nil
}

func replay(data []byte) []Entry {
	var out []Entry
	at := map[string]int{}
	var doubtful []record
	for n, line := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var r record
		err := json.Unmarshal(line, &r)
		i, known := at[r.Entry.ID]
		switch {
		case err == nil && r.Kind == intentRecord && r.Entry.ID != "" && !known:
			e := r.Entry
			e.Outcome, e.UndoneBy = OutcomeUnclear, ""
			e.Why = "It was about to be sent when the program ended, so it is unclear whether it was. Read the organization again to see."
			at[e.ID] = len(out)
			out = append(out, e)
		case err == nil && r.Kind == outcomeRecord && known:
			e := &out[i]
			e.Outcome, e.Why = r.Entry.Outcome, r.Entry.Why
			if r.Resolved {
				e.Undo, e.NoUndo, e.Deltas = r.Entry.Undo, r.Entry.NoUndo, r.Entry.Deltas
				e.Until, e.Facts = r.Entry.Until, r.Entry.Facts
			}
		case err == nil && r.Kind == markRecord && known:
			e := &out[i]
			if r.Entry.HandedOver != nil {
				e.HandedOver = r.Entry.HandedOver
			}
			if r.Entry.Finished != nil {
				e.Finished = r.Entry.Finished
			}
		case err == nil && r.Kind == outcomeRecord && r.Entry.ID != "":
			doubtful = append(doubtful, r)
		case err != nil && (bytes.HasPrefix(line, []byte(`{"record":"`+outcomeRecord)) || bytes.HasPrefix(line, []byte(`{"record":"`+markRecord))):
			// A torn outcome: its intent stays unclear. A torn mark was not made.
		default:
			e := tornEntry(n+1, line)
			at[e.ID] = len(out)
			out = append(out, e)
		}
	}
	for _, r := range doubtful { // outcomes of torn lines may stand before them
		if i, ok := at[r.Entry.ID]; ok {
			out[i].Outcome, out[i].Why = r.Entry.Outcome, r.Entry.Why
		}
	}
	markUndone(out, at)
	return out
}

func tornEntry(line int, content []byte) Entry {
	why := "A line of the journal cannot be read, so it is unclear what it recorded."
	if bytes.HasPrefix(content, []byte(`{"record":"`+intentRecord)) {
		why = "The program ended while it wrote this down, before it sent anything."
	}
	return Entry{ID: fmt.Sprintf("%s%d", tornID, line), Says: "A change that was not recorded completely", Outcome: OutcomeUnclear, Why: why, NoUndo: "it is not recorded what it was"}
}

// markUndone sets UndoneBy where each of an entry's inverses was done.
func markUndone(list []Entry, at map[string]int) {
	done := map[string]int{}
	for _, e := range list {
		i, ok := at[e.UndoOf]
		if e.UndoOf == "" || !ok || e.Outcome != OutcomeDone && e.Outcome != OutcomeUnchecked {
			continue
		}
		done[e.UndoOf]++
		if done[e.UndoOf] >= list[i].undoSteps() {
			list[i].UndoneBy = e.ID
		}
	}
}

func (e Entry) undoSteps() int { return max(1, len(e.Undo)) }

// begin records that a change is about to be sent and gives it its id. When
// it returns without error, the record is on disk.
func (j *Journal) begin(e Entry, now time.Time) (string, error) {
	err := j.append(func(data []byte) (record, error) {
		n := 1
		for _, old := range replay(data) {
			if old.Method != "" {
				n++
			}
		}
		e.ID = fmt.Sprintf("%s-%04d", now.UTC().Format("20060102T150405Z"), n)
		e.Time = now.UTC()
		return record{Kind: intentRecord, Entry: e}, nil
	})
	return e.ID, err
}

// end records what became of an entry; resolved, when not nil, has its final
// undo and deltas.
func (j *Journal) end(id string, now time.Time, o Outcome, why string, resolved *Entry) error {
	r := record{Kind: outcomeRecord, Entry: Entry{ID: id, Time: now.UTC(), Outcome: o, Why: why}}
	if resolved != nil {
		r.Resolved = true
		r.Entry.Undo, r.Entry.NoUndo, r.Entry.Deltas = resolved.Undo, resolved.NoUndo, resolved.Deltas
		r.Entry.Until, r.Entry.Facts = resolved.Until, resolved.Facts
	}
	return j.append(func([]byte) (record, error) { return r, nil })
}

// append writes one record under a lock, on a line of its own.
func (j *Journal) append(next func(data []byte) (record, error)) (err error) {
	lock := flock.New(j.path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the journal: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	data, err := os.ReadFile(j.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the journal: %w", err)
	}
	r, err := next(data)
	if err != nil {
		return err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode the journal entry: %w", err)
	}
	line = append(line, '\n')
	if len(data) > 0 && data[len(data)-1] != '\n' { // a torn line stays alone
		line = append([]byte{'\n'}, line...)
	}
	f, err := os.OpenFile(j.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the journal: %w", err)
	}
	_, err = f.Write(line)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	if data == nil {
		return syncDir(filepath.Dir(j.path))
	}
	return nil
}
