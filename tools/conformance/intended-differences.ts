// Where Snug answers otherwise than the recordings on purpose, each with its reason. docs/compatibility.md shows this list; the
// conformance runner accepts exactly these differences and no others.
import type { Difference } from './difference.ts';

export interface IntendedDifference {
  readonly id: string;
  /** What the recordings show. */
  readonly recorded: string;
  /** What Snug does. */
  readonly here: string;
  readonly reason: string;
  readonly when: {
    /** Method and path, or `socket`. Default: anything. */
    readonly what?: RegExp;
    readonly place: RegExp;
    readonly recorded?: RegExp;
    readonly ours?: RegExp;
  };
  /** The whole answer differs with it: status, headers and body. */
  readonly isWholeAnswer?: true;
}

const SERVER_TROUBLE = /^500$/;
const CLIENT_ERROR = /^4\d\d$/;

export const intendedDifferences: readonly IntendedDifference[] = [
  {
    id: 'bad-input-is-4xx',
    recorded: 'Input that the server did not expect is answered with 500 and a text about trouble.',
    here: 'It is answered with 4xx.',
    reason: "Bad input is the client's fault; nobody relies on the 500.",
    when: { place: /^status$/, recorded: SERVER_TROUBLE, ours: CLIENT_ERROR },
    isWholeAnswer: true,
  },
  {
    id: 'folders-in-upload-names',
    recorded: 'Uploading a file whose name starts with a folder fails with 500 unless the folder exists.',
    here: 'The folder is created.',
    reason: 'The request is clear and harmless: the folder stays inside the one that uploads go to.',
    when: { what: /\/upload\//, place: /^status$/, recorded: SERVER_TROUBLE, ours: /^200$/ },
    isWholeAnswer: true,
  },
  {
    id: 'masks-need-their-picture',
    recorded: 'A mask for a picture that is missing or named unsafely is answered with 200, and nothing is written.',
    here: 'With 400, 403 or 404.',
    reason: 'Whoever sent it would look for the file.',
    when: { what: /\/upload\/mask$/, place: /^status$/, recorded: /^200$/, ours: CLIENT_ERROR },
    isWholeAnswer: true,
  },
  {
    id: 'no-secrets-in-queue',
    recorded: 'GET /queue shows auth_token_comfy_org and api_key_comfy_org of waiting prompts.',
    here: 'They are never shown.',
    reason: 'As newer reference versions do.',
    when: { place: /\.3\.(auth_token|api_key)_comfy_org$/, ours: /^$/ },
  },
  {
    id: 'create-time',
    recorded: 'extra_data holds what was submitted.',
    here: 'extra_data.create_time (milliseconds) is added.',
    reason: 'Newer reference versions add it, and front ends show it.',
    when: { place: /\.3\.create_time$/, recorded: /^$/ },
  },
  {
    id: 'pending-order',
    recorded: 'GET /queue lists pending prompts in the order of a heap.',
    here: 'They are listed in the order in which they will run.',
    reason: 'Clients sort them anyway.',
    when: { what: /\/queue$/, place: /^order of queue_pending$/, ours: /^ascending/ },
  },
  {
    id: 'cycles-are-named',
    recorded: 'A cycle in a prompt is refused without saying where it is.',
    here: 'Every node of it gets a dependency_cycle error.',
    reason: 'As newer reference versions do.',
    when: { place: /^body\.node_errors\.[^.]+$/, recorded: /^$/, ours: /"type": ?"dependency_cycle"/ },
  },
  {
    id: 'failed-run-is-an-error',
    recorded: 'The history calls a run that ended in a dynamic dependency cycle a success.',
    here: 'It is an error.',
    reason: 'execution_error was sent for it; the history must not say otherwise.',
    when: { place: /\.status\.(status_str|completed)$/, recorded: /^("success"|true)$/, ours: /^("error"|false)$/ },
  },
  {
    id: 'times-in-milliseconds',
    recorded: 'Details of user files give times as seconds with a fraction.',
    here: 'As whole milliseconds.',
    reason: 'As newer reference versions do.',
    when: { what: /\/userdata\b.*full_info/, place: /\.(modified|created)$/, ours: /^\d+$/ },
  },
  {
    id: 'own-texts',
    recorded: 'Tooltips and descriptions of nodes in the words of the reference.',
    here: 'The same places, in our own words.',
    reason: 'Snug is not derived from the reference.',
    when: { place: /\.(tooltip|description|output_tooltips\.\d+)$/ },
  },
  {
    id: 'newer-object-info',
    recorded: '/object_info has the keys of version 0.3.',
    here: 'is_input_list, search_aliases and has_intermediate_output are added.',
    reason: 'Newer reference versions have them.',
    when: {
      what: /\/object_info/,
      place: /\.(is_input_list|search_aliases|has_intermediate_output)$/,
      recorded: /^$/,
    },
  },
  {
    id: 'newer-model-folders',
    recorded: '/models lists the folders of version 0.3.',
    here: 'Folders of newer versions are listed, too, in their order.',
    reason: 'As newer reference versions do.',
    when: { what: /\/models$/, place: /^body\.\d+(\.name|\.folders\.\d+)?$/ },
  },
  {
    id: 'newer-folder-paths',
    recorded: '/internal/folder_paths lists the folders of version 0.3.',
    here: 'Folders of newer versions are listed, too.',
    reason: 'As newer reference versions do.',
    when: { what: /\/internal\/folder_paths$/, place: /^body\.\w+$/, recorded: /^$/ },
  },
  {
    id: 'model-extensions',
    recorded: '/experiment/models tells names and folders.',
    here: 'The extensions of each folder are added.',
    reason: 'Newer reference versions have them.',
    when: { what: /\/experiment\/models$/, place: /^body\.\d+\.extensions$/, recorded: /^$/ },
  },
  {
    id: 'newer-feature-flags',
    recorded: 'The server has the feature flags of version 0.3.',
    here: 'node_replacements and assets are added.',
    reason: 'Newer reference versions have them; clients look only for flags that they know.',
    when: { place: /^(body|feature_flags)\.(node_replacements|assets)$/, recorded: /^$/, ours: /^(true|false)$/ },
  },
  {
    id: 'system-stats',
    recorded: '/system_stats names Python, PyTorch and the versions of the reference.',
    here: 'It names Snug and what it runs on, the version it is compatible with, and newer keys.',
    reason: 'It is a description of the server.',
    when: { what: /\/system_stats$/, place: /^body\.(system|vram|devices)\b/ },
  },
  {
    id: 'scripts-as-downloads',
    recorded: '/view serves uploaded HTML, SVG and scripts as such.',
    here: 'They are offered as downloads.',
    reason: 'As newer reference versions do: what could act as a page of this origin must not.',
    when: {
      what: /\/view\?/,
      place: /^header content-(type|disposition)$/,
      ours: /^(attachment|application\/octet-stream)/,
    },
  },
  {
    id: 'index-never-stored',
    recorded: 'The index page comes with cache-control: no-cache.',
    here: 'no-store, must-revalidate.',
    reason: 'As newer reference versions do: a new front end must appear at once.',
    when: { place: /^header cache-control$/, recorded: /^no-cache$/, ours: /^no-store, must-revalidate$/ },
  },
  {
    id: 'missing-pictures',
    recorded: 'Pictures that do not exist may be remembered as missing for a day.',
    here: 'For an hour.',
    reason: 'As newer reference versions do: the picture may appear soon.',
    when: { place: /^header cache-control$/, recorded: /max-age=86400/, ours: /max-age=3600/ },
  },
  {
    id: 'script-charset',
    recorded: 'Scripts come without a charset.',
    here: 'charset=utf-8 is said.',
    reason: 'They are UTF-8.',
    when: { place: /^header content-type$/, recorded: /^application\/javascript$/, ours: /javascript; charset=utf-8$/ },
  },
  {
    id: 'patch-across-origins',
    recorded: 'Pages of other origins may use POST, GET, DELETE, PUT and OPTIONS.',
    here: 'PATCH, too.',
    reason: 'As newer reference versions do.',
    when: { place: /^header access-control-allow-methods$/i, ours: /PATCH/ },
  },
  {
    id: 'progress-in-steps',
    recorded: 'Every step of a sampler is reported.',
    here: 'Steps between the first and the last may be left out when they follow each other fast and have no preview.',
    reason: 'As newer reference versions do.',
    when: {
      what: /socket$/,
      place: /^frames$/,
      recorded: /^(?:progress|state) \S+ (?:running )?(?!1\/)(\d+)\/(?!\1$)\d+$/,
      ours: /^$/,
    },
  },
  {
    id: 'missed-events',
    recorded: 'What happened while a client was not connected is lost to it.',
    here: 'It is sent when the client connects, for a minute.',
    reason: 'A client that connects after submitting, or drops for a moment, must not miss the end of its prompt.',
    when: { what: /^late socket$/, place: /^(frames|order of runs|queue_remaining)$/, recorded: /^$|,|^[\d ]+$/ },
  },
  {
    id: 'anonymous-sockets',
    recorded: 'A socket without client id hears only progress of prompts without client id.',
    here: 'It hears every JSON event of theirs, and never gets a binary frame.',
    reason: 'Such a socket has no other way to learn how its prompt went; binary frames say nothing without the rest.',
    when: { what: /^anonymous socket$/, place: /^(frames|order of runs)$/ },
  },
];

/** What makes a difference an intended one; undefined for all others. `answer` is everything that differs in the same answer. */
export function intentionOf(difference: Difference, answer: readonly Difference[]): IntendedDifference | undefined {
  return (
    intendedDifferences.find(intended => fits(intended, difference)) ??
    intendedDifferences.find(intended => intended.isWholeAnswer && answer.some(other => fits(intended, other)))
  );
}

function fits({ when }: IntendedDifference, { what, place, recorded, ours }: Difference): boolean {
  return (
    (when.what?.test(what) ?? true) &&
    when.place.test(place) &&
    (when.recorded?.test(recorded) ?? true) &&
    (when.ours?.test(ours) ?? true)
  );
}
