// `--feature-flag NAME[=VALUE]`: what clients are told of this server beyond what it says of itself (spec websocket.md section 4).

/** Flags that front ends are known to look for. Others may be given, too. */
export const KNOWN_FEATURE_FLAGS: Readonly<Record<string, string>> = {
  show_signin_button: 'Show the button for signing in.',
  enable_telemetry: 'Let the front end report how it is used.',
  partner_run_gate_enabled: 'Ask before nodes of partners are run.',
};

/** Whether a text is `NAME` or `NAME=VALUE`. */
export function isFeatureFlag(text: string): boolean {
  return /^[A-Za-z_][\w.-]*(?:=|$)/.test(text);
}

/** A name alone is true; numbers, `true`, `false` and `null` are read as such, everything else is text. Later ones win. */
export function featureFlagValues(flags: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    flags.map(flag => {
      const at = flag.indexOf('=');
      return at < 0 ? [flag, true] : [flag.slice(0, at), readValue(flag.slice(at + 1))];
    }),
  );
}

function readValue(text: string): unknown {
  return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/.test(text) ? (JSON.parse(text) as unknown) : text;
}
