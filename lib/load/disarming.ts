/** k6's own variables that take away what a run is judged, prepared or put back by. */
export const DISARMING: readonly string[] = ['K6_NO_THRESHOLDS', 'K6_NO_SETUP', 'K6_NO_TEARDOWN'];
