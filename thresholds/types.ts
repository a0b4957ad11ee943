/** Types of everything that a team edits. The units are in the names: a number never stands without one. */

/** A duration in milliseconds. */
export type Milliseconds = number;
/** A duration in seconds. */
export type Seconds = number;
/** A share between 0 and 1. */
export type Share = number;
/** Requests per second. */
export type PerSecond = number;
/** A duration as k6 writes it: `30s`, `1m`, `1m30s`, `500ms`. */
export type Duration = string;

export type ScenarioName = 'smoke' | 'light' | 'medium' | 'heavy' | 'stress' | 'ramp' | 'load-test';
export type EnvironmentName = 'local' | 'ci' | 'staging' | 'production';

/** A value of a setting, as the target writes it. */
export type SettingValue = boolean | number | string;

/** Values of settings by the settings' names. */
export type FlagValues = Readonly<Record<string, SettingValue>>;

/** What the arms of an experiment differ in: feature flags, environment variables, a sampling ratio. */
export interface Settings {
  /**
   * One to seven settings by name, `main` not counted. `{}` is false and true; `{ off: 'true', on: 'false' }` something
   * that the target writes the other way round. A name is that of the variable which sets it for a load scenario. One
   * whose two values are the same is changed by named arms alone, and no cost is attributed to it.
   */
  values: Readonly<Record<string, { off?: SettingValue; on?: SettingValue }>>;
  /** The setting without which the others do nothing: off in `none`, on in every other arm. */
  main?: string;
  /**
   * Arms by name, beside `none` and `all`: the values of settings in it, third ones too. What it leaves out is off, but for
   * `main`, which is on.
   */
  arms?: Readonly<Record<string, FlagValues>>;
}

/** What to change for a setting, for the recommendations of a report. */
export interface SettingAdvice {
  /** The recommendation speaks where this setting is the largest cause of an overhead. */
  setting?: string;
  /** Or where the treatment has these on and those off, and costs time; `rule` names it in results. */
  where?: { rule: string; on: string[]; off: string[] };
  title: string;
  change: string;
  /** The section of the guide that says so. */
  guide: string;
}

/** One step of a ramp: go from where the load is to `target` users (or requests per second) within `duration`. */
export interface Stage {
  duration: Duration;
  target: number;
}

/** How a load is applied: ramping users, a fixed number of iterations shared by users, or an arrival rate. */
export type Shape = 'stages' | 'iterations' | 'rate';

/** The load of a scenario in each shape; `shape` is the one it runs in unless LOAD says otherwise. */
export interface LoadProfile {
  shape: Shape;
  /** Ramping users, k6's `ramping-vus`. */
  stages: Stage[];
  /** Iterations shared by `users`, k6's `shared-iterations`; given up after `maxDuration`. */
  iterations: { total: number; users: number; maxDuration: Duration };
  /** Arrival rate whatever the answers take (open model); `users` is the most that may wait at once. */
  rate: { perSecond: PerSecond; duration: Duration; users: number };
  /** Pause after each request. Default: 1 s in `stages`, as in the guide, 0 in the other shapes. */
  thinkTimeSeconds?: Seconds;
}

/** What must hold for a run to pass. A limit that is left out is not gated. */
export interface Limits {
  /** P95 of successful requests. */
  p95Ms?: Milliseconds;
  /** P99 of successful requests. */
  p99Ms?: Milliseconds;
  /** Share of failed requests and failed checks. */
  errorRate: Share;
  /** Also count an answer slower than `p95Ms` as an error: the guide's script does. */
  slowIsError?: boolean;
  /** What the target says about itself during the run. */
  monitor?: MonitorLimits;
}

/** Upper limits on what the target says about itself. No environment of the suite sets one. */
export interface MonitorLimits {
  /** Entries a minute by which the fastest growing queue grows. */
  queueGrowthPerMinute?: number;
  /** Growth of the target's memory, MB (1,000,000 bytes) a minute. */
  memoryGrowthMbPerMinute?: number;
  /** Largest share of the database pool's connections in use. */
  dbPoolShare?: Share;
  /** Errors that the target reports during the run. */
  targetErrors?: number;
  /** Entries that full queues drop during the run. */
  dropped?: number;
}

/** What a series of the target's own numbers means. */
export type SeriesKind =
  | 'cpu'
  /** Processor time since the process started, a counter: its growth in a window is exact. */
  | 'cpuSeconds'
  | 'memory'
  | 'eventLoopDelay'
  | 'dbPoolInUse'
  | 'dbPoolSize'
  | 'dbPoolWaiting'
  | 'queue'
  | 'cache'
  | 'exported'
  | 'failed'
  | 'dropped'
  | 'errors';

/** Which numbers of an answer make a series. */
export interface SeriesPattern {
  kind: SeriesKind;
  unit: string;
  /** A regular expression for the number's path; its first group names the queue or exporter. */
  pattern: string;
  /** Factor from the number to the unit; 1 by default. */
  scale?: number;
  /** The number is a counter, and the series is its growth in a second. */
  rate?: boolean;
}

/** How the target is watched during a run. */
export interface MonitorProfile {
  /** Time between two looks. */
  intervalMs: Milliseconds;
  /** An answer that takes longer is a missing one. */
  timeoutMs: Milliseconds;
  /** How long the queues are watched after the run where they are not empty; 0: not at all. */
  drainMs: Milliseconds;
  /** Paths below the base URL; each answers JSON of any shape or Prometheus text. */
  paths: string[];
  /** The path of the target's list of errors; `null`: there is none. */
  errorsPath: string | null;
  series: SeriesPattern[];
}

/** What counts as a change in the history of results, and which change fails a trend. */
export interface TrendProfile {
  /** Runs that are searched for change points together. */
  window: number;
  /** The largest probability of a change point where nothing changed. */
  pValue: number;
  /** A change needs so many runs before it and after it: one slow night is no trend. */
  leastRuns: number;
  /** Without an accepted baseline a worsening is new for so many runs after it was found. */
  newRuns: number;
  /** A run is compared with so many of the latest accepted runs at most. */
  acceptedRuns: number;
  /** A smaller worsening is named, and fails nothing. */
  least: {
    /** Share of the P95 before. */
    p95Share: Share;
    overheadMs: Milliseconds;
    /** Share of requests. */
    errorRate: Share;
  };
}

/** A load scenario: its load and its limits. */
export interface ScenarioProfile {
  load: LoadProfile;
  limits: Limits;
}

/** What an environment changes in a scenario; what it leaves out stays as in scenarios.ts. */
export interface ScenarioChanges {
  load?: Partial<LoadProfile>;
  limits?: Partial<Limits>;
}

/** A secret by name, never by value: an environment variable, or a key of a k6 secret source. */
export type Secret = { variable: string } | { secretSource: string };

/** Where the bearer token of a request comes from. */
export type Auth =
  | { type: 'none' }
  /** One token for all. The guide's AUTH_TOKEN is `{ type: 'token', token: { variable: 'AUTH_TOKEN' } }`. */
  | { type: 'token'; token: Secret }
  /** A file of tokens, one a line, spread over the users. Relative to the working directory. */
  | { type: 'file'; path: string }
  /** OAuth 2 client credentials (RFC 6749, 4.4). Each user fetches its own token and renews it. */
  | {
      type: 'oauth2';
      /** Absolute, or relative to the base URL. */
      tokenUrl: string;
      clientId: string;
      clientSecret: Secret;
      scope?: string;
    };

/** JSON as data. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What counts as success. A rule is data: it travels to every virtual user. */
export interface SuccessRule {
  status: number[];
  /** The answer's Content-Type must contain this, for example `json`; `null` accepts any. */
  contentType: string | null;
  /** Values that the answer's JSON must have, by path: `{ 'status': 'completed', 'result.code': 0 }`. */
  json?: Readonly<Record<string, Json>>;
  /** A value of the answer's JSON, by path, that differs from the last answer's: no cache answered. */
  fresh?: string;
  /** What the answer's text must hold, whatever its type: words, or what a regular expression matches. */
  text?: { contains: string } | { pattern: string };
  /** An answer without a body is a success as well; where nothing else looks at bodies, they are not read either. */
  emptyBody?: boolean;
}

/** What is so of an answer: all that is named. In `json` values stand by their path, and a list for any of its values. */
export interface AnswerRule {
  status?: number[];
  json?: Readonly<Record<string, Json>>;
}

/**
 * How a workflow that goes on after its answer is followed. Its latency is that of the whole, from the request until it is
 * seen to be done; one that is not done within `timeoutMs` has failed. `success` judges the answer to the request itself.
 */
export interface Completion {
  /**
   * Where its status stands, always on the same host: a header of the answer (`Location`), a path in its JSON, or a path
   * below the base URL in which `{…}` is a value of that JSON, such as `/api/v1/jobs/{job.id}`.
   */
  statusAt: { header: string } | { json: string } | { path: string };
  /** What the answer to a status request is once the workflow is done. */
  done: AnswerRule;
  /** What it is once it has failed; an answer from 400 on that is not `done` is a failure as well. */
  failed?: AnswerRule;
  /** Time between two status requests: by so much at most a latency is too long. */
  everyMs: Milliseconds;
}

/** Where an answer says how long the server itself took. Experiments report it by arm; nothing is decided by it. */
export interface ServerTime {
  /** Such as `Server-Timing`, or `X-Response-Time`, which is a number. */
  header: string;
  /** The metric of `Server-Timing`, such as `total`; left out where the header is a number. */
  metric?: string;
  /** Of a number that names none; `ms` by default. */
  unit?: 's' | 'ms' | 'us';
}

/** The API under test. */
export interface Api {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base URL; ENDPOINT overrides it. */
  endpoint: string;
  /** A value that is a secret stands here by its name: `{ 'X-Api-Key': { variable: 'API_KEY' } }`. */
  headers: Readonly<Record<string, string | Secret>>;
  /**
   * Request bodies: the sample workflows, the guide's one body, or a file of the team's own. A .json file is an array of
   * bodies; of any other the text is the one body, sent as it is with the Content-Type of `headers`.
   */
  payload: 'mix' | 'test' | `${string}.${string}`;
  success: SuccessRule;
  /**
   * Which time decides: the whole answer (by default), or its first byte, for answers that are streamed. The first byte may
   * be that of the answer's head.
   */
  latency?: 'answer' | 'firstByte';
  /** For workflows that answer first and finish later. */
  completion?: Completion;
  serverTime?: ServerTime;
  /** A request without an answer by then counts as failed. */
  timeoutMs: Milliseconds;
  /**
   * Cookies that answers set go with later requests of the same virtual user. By default none does: a sticky balancer would
   * pin an experiment to one instance.
   */
  keepCookies?: boolean;
  /** Asked once before any load: is the target up, is the token accepted? */
  probe: { method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS'; path: string };
}

/** Where a call goes: a path below the base URL, with the API's own headers and token, or an address of its own. */
export type CallAddress =
  | {
      path: string;
      /** `false`: without the API's headers and token. */
      auth?: false;
    }
  | {
      url: string;
      /**
       * A bearer token of its own, or `true`: the API's headers and token, which no other host gets unless it is asked for.
       */
      auth?: Secret | true;
    };

/** Headers of a call; a value that is a secret stands here by its name. */
export type CallHeaders = Readonly<Record<string, string | Secret>>;

/** A call that switches. One whose address or body names `{setting}` is made once for each setting. */
export type SwitchCall = CallAddress & {
  method: 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** The settings that it sets, where others are set elsewhere; all by default. */
  settings?: string[];
  headers?: CallHeaders;
  body: Json;
};

/** The arm in force between runs: put back after each of a target that does not say itself what it had before. */
export type UsualArm = string;

/** How the target comes to an arm. */
export type SwitchingWay =
  /** Calls for the whole system, in their order. */
  | {
      by: 'call';
      write: SwitchCall | SwitchCall[];
      /** How long a switch may take until it is proven. */
      timeoutMs: Milliseconds;
      usual?: UsualArm;
    }
  /**
   * A shell command, run by the command line: one for each switch, or one an arm by its name. The settings of the arm are
   * its environment variables, and `SETTINGS_ARM` the name of the arm.
   */
  | {
      by: 'command';
      run: string | Readonly<Record<string, string>>;
      /** How long the command may take. */
      timeoutMs: Milliseconds;
      /** How long the target may take after it until it answers, and the switch is proven. */
      readyTimeoutMs: Milliseconds;
      usual?: UsualArm;
    }
  /** Only `header`: `MODE=header`, which gives a lower bound of the overhead. */
  | { by: 'header' }
  /** A base URL an arm; nothing is switched. `swap` exchanges the two, so that half of the blocks run crossed. */
  | {
      by: 'deployments';
      urls: Readonly<Record<string, string>>;
      swap?: { command: string; timeoutMs: Milliseconds } | { call: SwitchCall; timeoutMs: Milliseconds };
    };

/** How what the target says of its settings is understood. Without any of these: by name, in JSON or `A=true,B=false`. */
export interface Statement {
  /** What it says for a value, where it writes something else: `{ enabled: true, disabled: false }`. */
  values?: Readonly<Record<string, SettingValue>>;
  /**
   * A regular expression for one setting, where `{setting}` stands for its name. Its first group is the value; without a
   * group a match means on, and no match off.
   */
  pattern?: string;
  /** A list, of JSON or with commas, that names the settings which are on. */
  contains?: true;
  /** The settings that it speaks of, where something else speaks of the others; all by default. */
  settings?: string[];
}

/** Where a number of the target, or of where it sends, stands. */
export type CounterAddress = CallAddress & {
  headers?: CallHeaders;
} & (
    | {
        /** Path of the number in the JSON answer. */
        readAt: string;
      }
    | {
        /** A regular expression whose first group is the number; the numbers of all matches are added up. */
        pattern: string;
      }
  );

/** One proof that an arm is in force. */
export type Proof =
  /** A header of each answer. */
  | (Statement & {
      by: 'echo';
      header: string;
      /** The header that names the instance which answers: behind a balancer each one seen must prove itself. */
      instance?: string;
    })
  /** A value in the JSON of each answer, by path. */
  | (Statement & { by: 'echo'; json: string; instance?: string })
  /** A call. `readAt` is the path of the settings in its answer (`''`: the answer itself); `{setting}` as in `write`. */
  | (Statement &
      CallAddress & {
        by: 'read';
        method: 'GET' | 'POST';
        readAt: string;
        headers?: CallHeaders;
        /** So many right answers one after the other prove it, where several instances answer; 1 by default. */
        inARow?: number;
      })
  /** A number that grows in arms with one of these settings (all, by default), and stands still in the others. */
  | (CounterAddress & { by: 'counter'; settings?: string[] })
  /**
   * How long ago the process started, in seconds or in `unit`, or when it did: falls, or moves, with each restart. With a
   * `unit` it is never taken for a point in time.
   */
  | (CounterAddress & { by: 'uptime'; unit?: 's' | 'ms' });

/**
 * How the target's settings are switched, as data. In addresses, header names and values `{setting}` and `{value}` stand for
 * one setting and its value, `{arm}` for the name of the arm; `"{settings}"` for an object of all of them.
 */
export type Switching = SwitchingWay & {
  /** All of these must hold. `none`: there is none, and nothing that is measured can PASS. */
  proof: Proof[] | 'none';
  /** A request header that sets them for one request: `MODE=header`. */
  header?: { name: string; value: string };
  /** What the target calls the settings, where its names differ. */
  names?: Readonly<Record<string, string>>;
  /** What the target writes for true and false, where it writes something else: `{ true: 1, false: 0 }`. */
  values?: Readonly<Record<'true' | 'false', SettingValue>>;
};

/** One environment that the suite runs against. */
export interface Environment {
  baseUrl: string;
  /** Refuses to run without CONFIRM=<name>. */
  protected?: boolean;
  auth: Auth;
  /** What differs from api.ts. */
  api?: Partial<Api>;
  /** In place of settings.ts. */
  settings?: Settings;
  switching?: Switching;
  /** What differs from scenarios.ts. */
  scenarios?: Partial<Record<ScenarioName, ScenarioChanges>>;
  /** What differs from overhead.ts. */
  overhead?: Partial<OverheadProfile>;
  /** What differs from attribution.ts. */
  attribution?: Partial<AttributionProfile>;
  /** What differs from capacity.ts. */
  capacity?: Partial<CapacityProfile>;
  /** What differs from monitor.ts. */
  monitor?: Partial<MonitorProfile>;
  /** What differs from profile.ts. */
  profile?: Partial<ProfileSettings>;
}

/** How CPU profiles of a Node.js target are taken, after an experiment and never in it. */
export interface ProfileSettings {
  /** Host and port of the target's inspector (`node --inspect`). It is best reached through a tunnel, on loopback. */
  inspector: string;
  /** Instead: the address of CPU profiles in the format of pprof, as `http://127.0.0.1:6060/debug/pprof/profile` of Go. */
  pprof?: string;
  /** How long each arm is profiled. */
  seconds: Seconds;
  /** Before that the load rises for as long. */
  rampSeconds: Seconds;
  /** Time between two samples of the profiler, microseconds. */
  intervalUs: number;
  /** An answer of the inspector that takes longer is a missing one. */
  timeoutMs: Milliseconds;
}

/** Milliseconds, or a share of the baseline's percentile such as `'5%'`. */
export type Budget = Milliseconds | `${number}%`;

/** How an experiment loads its arms: in blocks, each with an open stream of requests to every arm. */
export interface StreamProfile {
  /** Requests per second of the stream. At least 200 requests must fall into each arm of a block. */
  perSecond: PerSecond;
  /** Length of one arm in a block (toggle), or of a block (header). */
  seconds: Seconds;
  /** After each switch requests are sent, and thrown away, for as long. */
  settleSeconds: Seconds;
  /** Before the first block, in each arm, rising to the full rate. */
  warmUpSeconds: Seconds;
  /** Blocks at most; at least 5 in toggle, 20 in header. */
  blocks: number;
  /** How long each arm must have been under load before its latency may decide: what recurs within a third of it is seen. */
  leastSeconds: Seconds;
  /** At most so long a switch waits until the queues that are watched are as empty as at the start. */
  drainSeconds: Seconds;
  /** Gaps between requests as in real traffic (`poisson`), or all alike (`even`). */
  arrivals: 'poisson' | 'even';
}

/** How the overhead of observability is measured: blocks of two arms. */
export interface OverheadProfile extends StreamProfile {
  /** `toggle` switches the whole system and decides; `header` switches each request and gives a lower bound. */
  mode: 'toggle' | 'header';
  /** What observability may cost at P95; short for `budgets: { p95Ms }`. */
  budgetMs: Budget;
  /** What it may cost at other percentiles as well: PASS needs all of them. P99 takes 2,000 requests of each arm. */
  budgets?: Partial<Record<'p50Ms' | 'p95Ms' | 'p99Ms', Budget>>;
  /** Stop after any block from the fifth on that settles the question. */
  earlyStop: boolean;
  /** A treatment that is much faster than everything off is INVALID, unless this is set. */
  allowFaster: boolean;
  /** The arms: `none`, `all`, one of the settings' own, or settings joined by `+`. */
  baseline: string;
  treatment: string;
  /** What observability may cost besides latency, by what the target says about itself. */
  limits?: CostLimits;
}

/** Upper limits on treatment − baseline. None is set by default. */
export interface CostLimits {
  /** Processor time of the target for each request, milliseconds. */
  cpuMsPerRequest?: Milliseconds;
  /** Processor time of the target in a second, as a share of one processor. */
  cpuShare?: Share;
  /** Memory of the target, MB (1,000,000 bytes). */
  memoryMb?: number;
}

/** When Prometheus alerts, beside the limits of the scenarios. */
export interface AlertProfile {
  /** Time between two looks at the numbers. */
  evaluationInterval: Duration;
  /** How long the last numbers of a run count: an alert about it fires for as long. */
  window: Duration;
  /** How long a limit must be crossed: P95 rests on a few requests when a run starts. */
  for: Duration;
  /** For scenarios without a limit of their own: entries a minute by which the fastest growing queue grows. */
  queueGrowthPerMinute: number;
  /** The runs of the nightly workflow, whose absence is an alert. */
  nightly: { environment: EnvironmentName; test: ScenarioName | 'overhead' }[];
  /** Two nights and some time for the run itself. */
  missingAfter: Duration;
}

/** How the overhead is attributed to its flags: blocks of many arms. */
export interface AttributionProfile extends StreamProfile {
  /** `full`: all combinations of up to four settings, 16 of those of five to seven; `half`: 8 of those of four, in half of the time. */
  design: 'full' | 'half';
  /** Length of one arm in a block; with `header`, where all arms share a block, it is as many times longer. */
  seconds: Seconds;
  /** Blocks, at least 5; with `header` at least 20. All of them are measured: nothing stops early. */
  blocks: number;
}

/** How the highest rate is found at which P95 and errors stay within their limits, for each of two arms. */
export interface CapacityProfile {
  /** The first rung of the ladder. At least 200 requests must fall into a try there. */
  perSecond: PerSecond;
  /** Factor from rung to rung, 1.1 to 4; the gap in which an arm falls behind is halved from there. */
  step: number;
  /** The last rate that an arm holds and the first that it does not differ by no more than this. */
  resolution: Share;
  /** No rate above this is ever sent. */
  ceilingPerSecond: PerSecond;
  /**
   * Length of a try. An overload of x % shows as latency only after the queue has grown: in these seconds and those of
   * settling it must reach the limit, so that 150 ms in 13 s show an overload of 1.2 %.
   */
  seconds: Seconds;
  /** The same rate before each try, without a pause, not measured. */
  settleSeconds: Seconds;
  /** Before the first block, in each arm, rising to the first rung. */
  warmUpSeconds: Seconds;
  /** How long the target may take after an overload until it answers as it did before. */
  recoverySeconds: Seconds;
  /** The run ends by then, whatever it has found. */
  deadlineMinutes: number;
  /** How often both arms climb; at least 3. */
  blocks: number;
  /** The arms: `none`, `all`, one of the settings' own, or settings joined by `+`. */
  baseline: string;
  treatment: string;
  /** What must hold at a rate; P95 and ERROR_RATE override them. */
  limits: { p95Ms: Milliseconds; errorRate: Share };
  /** The most of the baseline's capacity that the treatment may cost; not gated where it is left out. */
  maxLossShare?: Share;
  /** What the treatment must hold; not gated where it is left out. */
  minPerSecond?: PerSecond;
}

/** How load generators run in Kubernetes. */
export interface K6OperatorProfile {
  /** The image of k6 2.x. */
  image: string;
  /** What one generator is given, in the units of Kubernetes. */
  resources: Record<'requests' | 'limits', Partial<Record<'cpu' | 'memory', string>>>;
  /** The Secret that holds tokens, under the names of their environment variables. */
  secret: string;
  /** Where results are kept. */
  results: { size: string; accessMode: 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany' };
  /** The user that generators run as. */
  user: number;
}
