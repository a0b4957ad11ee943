// A small service with flags to switch, and its CPU profiles under net/http/pprof. With observability on it works harder.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

var (
	lock  sync.Mutex
	flags = map[string]any{}
	runs  atomic.Int64
	sink  [sha256.Size]byte
)

// recordTraces is what observability costs: about a millisecond of the processor.
//
//go:noinline
func recordTraces() {
	text := []byte(strings.Repeat("a span of a trace", 8))
	sum := sha256.Sum256(text)
	for i := 0; i < 5_000; i++ {
		sum = sha256.Sum256(append(text, sum[:]...))
	}
	lock.Lock()
	sink = sum
	lock.Unlock()
}

func echo() string {
	lock.Lock()
	defer lock.Unlock()
	pairs := make([]string, 0, len(flags))
	for name, value := range flags {
		pairs = append(pairs, fmt.Sprintf("%s=%v", name, value))
	}
	sort.Strings(pairs)
	return strings.Join(pairs, ",")
}

func switchFlags(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		var body struct{ Flags map[string]any }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		lock.Lock()
		for name, value := range body.Flags {
			flags[name] = value
		}
		lock.Unlock()
	}
	w.Header().Set("Content-Type", "application/json")
	lock.Lock()
	defer lock.Unlock()
	_ = json.NewEncoder(w).Encode(map[string]any{"flags": flags})
}

func execute(w http.ResponseWriter, r *http.Request) {
	lock.Lock()
	on := flags["ENABLE_OBSERVABILITY"] == true
	lock.Unlock()
	if on {
		recordTraces()
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Observability-Flags", echo())
	fmt.Fprintf(w, `{"executionId":"%d","status":"completed"}`, runs.Add(1))
}

func main() {
	for _, name := range []string{"ENABLE_OBSERVABILITY", "ENABLE_LANGFUSE_EXPORT", "ENABLE_ASYNC_TRACE_EXPORT", "TRACK_MODEL_COSTS", "ENABLE_SIMILARITY_LOGGING"} {
		flags[name] = false
	}
	http.HandleFunc("/api/v1/observability/flags", switchFlags)
	http.HandleFunc("/api/v1/observability/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{}")
	})
	http.HandleFunc("/api/v1/workflows/execute", execute)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	panic(http.Serve(listener, nil))
}
