// What `cli` hands to the server: adapters, addresses and the settings behind the reference's flags (spec files.md section 10).
import type { AssetStore, BlobStore, EventBus, JobStore, UserStore } from '@snug/store';
import type { Logger } from './logger.ts';
import type { LogRing } from './logs/log-ring.ts';
import type { ImageCodec, ModelFolders, PromptRunner } from './ports.ts';

/** Versions that `/system_stats` reports; clients show them, some gate features on `comfyui`. */
export interface ReportedVersions {
  /** Version of this server. Default `0.0.0`. */
  readonly snug?: string;
  /** Release of the reference whose behaviour is implemented, a semantic version. */
  readonly comfyui: string;
  /** Honest texts: there is no Python and no PyTorch here. */
  readonly python: string;
  readonly pytorch: string;
  readonly requiredFrontend: string | null;
  readonly templates: string | null;
}

/** An installed node pack, for what it brings to the web side: scripts, translations, templates, subgraphs. */
export interface NodePackFolder {
  /** Name of its folder or file, which addresses contain. */
  readonly name: string;
  /** Absolute path; null for a pack that is a single file. */
  readonly folder: string | null;
  /** Absolute path of the scripts for `/extensions/<name>/`; null when it ships none. */
  readonly webDirectory: string | null;
}

/** An address or name with its port. */
export interface ListenTarget {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface ServerOptions {
  readonly jobs: JobStore;
  readonly events: EventBus;
  readonly blobs: BlobStore;
  readonly users: UserStore;
  readonly runner: PromptRunner;
  /** Null turns the asset routes off. Default null. */
  readonly assets?: AssetStore | null;
  readonly models: ModelFolders;
  readonly imageCodec: ImageCodec;
  readonly versions: ReportedVersions;
  /** Command line as typed, echoed by `/system_stats`. */
  readonly argv: readonly string[];
  /** Addresses or names to listen on; they share one port. Default `['127.0.0.1']`. */
  readonly listen?: readonly string[];
  /** 0 takes a free port. Default 8188. */
  readonly port?: number;
  /** Further addresses with ports of their own, for clients that expect several instances: all of them are this server. */
  readonly moreListeners?: readonly ListenTarget[];
  /** PEM texts; both together mean HTTPS and WSS. */
  readonly tls?: { readonly key: string; readonly cert: string } | null;
  /** Largest request body. Default 100 MiB. */
  readonly maxUploadBytes?: number;
  /** Origin that other pages may come from, `*` for any; null keeps the origin check. Default null. */
  readonly corsOrigin?: string | null;
  /** Folder of a built front end; null serves a small page of our own. Default null. */
  readonly frontEndRoot?: string | null;
  /** gzip for JSON and text. Default false. */
  readonly compressResponses?: boolean;
  /** Sends the policy that confines pages to this server. Default false. */
  readonly contentSecurityPolicy?: boolean;
  /** Only canonical UUIDs as client-chosen prompt ids, as the newest reference wants. Default false. */
  readonly strictPromptIds?: boolean;
  /** More feature flags; they cannot override the built-in ones. */
  readonly featureFlags?: Readonly<Record<string, unknown>>;
  /** Packs in the order in which they were loaded. Default none. */
  readonly nodePacks?: readonly NodePackFolder[];
  /** Tells users apart by the header `comfy-user`. Default false: everything belongs to one user. */
  readonly isMultiUser?: boolean;
  readonly logger?: Logger;
  /** What `/internal/logs` shows; whoever makes the logger feeds it. Default an empty one. */
  readonly logs?: LogRing;
}
