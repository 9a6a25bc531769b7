// Log lines are shown to whoever can open the page: what looks like a secret is masked before a line is kept. Logging code names no
// secrets of its own accord; this is for what comes from elsewhere, such as error texts, addresses and output of nodes.

const MASK = '***';

const patterns: readonly (readonly [RegExp, string])[] = [
  // `token=...`, `"api_key_comfy_org": "..."`, `X-Api-Key: ...`
  [
    /((?<![a-z0-9])(?:[a-z0-9]+[_-])*(?:api[_-]?key|auth[_-]?token|token|secret|password|passwd)(?:_comfy_org)?["']?\s*[:=]\s*["']?)[^\s"',;&)}\]]+/gi,
    `$1${MASK}`,
  ],
  // `Authorization: Bearer ...`, also without the header's name
  [/\b(authorization["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, `$1${MASK}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${MASK}`],
  // `https://user:password@host`
  [/(:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/g, `$1${MASK}`],
  // Keys that say by their first letters what they are.
  [/\b(?:sk|hf|ghp|gho|github_pat|comfyui)[-_][\w-]{16,}/g, MASK],
];

/** The text with everything that looks like a secret masked. */
export function redactSecrets(text: string): string {
  return patterns.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}
