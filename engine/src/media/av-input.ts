// Reading media files with FFmpeg: opening, choosing streams, packets and decoded frames. Only plain files of known containers are
// opened: playlists and formats that name other files could lead out of the folder that the file came from.
import { EngineError } from '../errors.ts';
import { type Av, loadAv, reasonOfAv } from './av-library.ts';

type FormatContext = InstanceType<Av['FormatContext']>;
type CodecContext = InstanceType<Av['CodecContext']>;
export type AvFrame = InstanceType<Av['Frame']>;
export type AvPacket = InstanceType<Av['Packet']>;
export type AvStream = InstanceType<Av['Stream']>;

/** FFmpeg's names of the containers that are read. */
const containers = [
  ...['mov', 'mp4', 'matroska', 'webm', 'avi', 'flv', 'mpegts', 'mpeg', 'asf', 'ivf', 'mxf', 'ogg', 'nut'],
  ...['mp3', 'flac', 'wav', 'w64', 'aac', 'aiff', 'au', 'caf', 'amr', 'wv', 'ape', 'tta', 'ac3', 'eac3', 'dts'],
];

/** Most pixels of a frame, against headers that promise absurd sizes. */
const maxFramePixels = 178_956_970;

export interface AvInputOptions {
  /** How messages call the file; default `media`. */
  readonly name?: string;
  readonly signal?: AbortSignal | undefined;
}

export type MediaKind = 'video' | 'audio';

/** An open file. Close it with `close`; nothing else of it may be used afterwards. */
export class AvInput {
  readonly av: Av;
  readonly name: string;
  readonly format: FormatContext;
  readonly #signal: AbortSignal | undefined;

  constructor(av: Av, format: FormatContext, { name = 'media', signal }: AvInputOptions) {
    this.av = av;
    this.name = name;
    this.format = format;
    this.#signal = signal;
  }

  /** The stream that a player would choose; pictures of covers are no video. */
  stream(kind: MediaKind): AvStream | undefined {
    const { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO, AV_DISPOSITION_ATTACHED_PIC } = this.av.constants;
    const index = this.format.findBestStream(kind === 'video' ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO);
    const stream = index < 0 ? undefined : this.format.streams[index];
    return stream?.hasDisposition(AV_DISPOSITION_ATTACHED_PIC) === true ? undefined : stream;
  }

  /** @throws EngineError MEDIA_STREAM_MISSING. */
  requiredStream(kind: MediaKind): AvStream {
    const stream = this.stream(kind);
    if (stream === undefined) throw new EngineError('MEDIA_STREAM_MISSING', { name: this.name, kind });
    return stream;
  }

  /** Packets of all streams in file order. The packet is the same object each time, valid until the next one is asked for. */
  async *packets(): AsyncGenerator<AvPacket> {
    const packet = new this.av.Packet();
    packet.alloc();
    try {
      // A damaged or cut tail ends the file, as in players; a file of which nothing can be used fails where frames are counted.
      while ((await this.format.readFrame(packet)) >= 0) {
        this.#signal?.throwIfAborted();
        yield packet;
        packet.unref();
      }
    } finally {
      packet.free();
    }
  }

  /** Decoded frames of one stream. The frame is the same object each time. @throws EngineError MEDIA_UNREADABLE when there is none. */
  async *frames(stream: AvStream): AsyncGenerator<AvFrame> {
    const decoder = await this.#openDecoder(stream);
    const frame = new this.av.Frame();
    frame.alloc();
    let count = 0;
    let failure = 0;
    try {
      for await (const packet of this.#packetsAndEnd(stream)) {
        const sent = await decoder.sendPacket(packet);
        if (sent < 0) failure = sent; // a packet that cannot be decoded is skipped, as in players
        for (;;) {
          this.#signal?.throwIfAborted();
          const received = await decoder.receiveFrame(frame);
          if (received < 0) break;
          count++;
          yield frame;
          frame.unref();
        }
      }
    } finally {
      frame.free();
      decoder.freeContext();
    }
    if (count === 0) {
      const reason = failure < 0 ? reasonOfAv(this.av, failure) : 'it holds no data';
      throw new EngineError('MEDIA_UNREADABLE', { name: this.name, reason });
    }
  }

  async *#packetsAndEnd(stream: AvStream): AsyncGenerator<AvPacket | null> {
    for await (const packet of this.packets()) if (packet.streamIndex === stream.index) yield packet;
    yield null; // asks the decoder for what it still holds
  }

  async #openDecoder(stream: AvStream): Promise<CodecContext> {
    const { codecId } = stream.codecpar;
    const codec = this.av.Codec.findDecoder(codecId);
    const known = this.av.avGetCodecName(codecId) ?? 'unknown';
    if (codec === null) {
      throw new EngineError('MEDIA_UNREADABLE', { name: this.name, reason: `its codec (${known}) is not supported` });
    }
    const decoder = new this.av.CodecContext();
    decoder.allocContext3(codec);
    decoder.parametersToContext(stream.codecpar);
    decoder.pktTimebase = stream.timeBase;
    const options = this.av.Dictionary.fromObject({ max_pixels: maxFramePixels, threads: 'auto' });
    const opened = await decoder.open2(codec, options);
    options.free();
    if (opened >= 0) return decoder;
    decoder.freeContext();
    throw new EngineError('MEDIA_UNREADABLE', { name: this.name, reason: reasonOfAv(this.av, opened) });
  }

  close(): Promise<void> {
    return this.format.closeInput();
  }
}

/** Opens a local file. @throws EngineError AV_LIBRARY_MISSING or MEDIA_UNREADABLE. */
export async function openAvInput(path: string, options: AvInputOptions = {}): Promise<AvInput> {
  const av = await loadAv();
  const { name = 'media', signal } = options;
  signal?.throwIfAborted();
  const format = new av.FormatContext();
  const settings = av.Dictionary.fromObject({ format_whitelist: containers.join(','), protocol_whitelist: 'file' });
  const opened = await format.openInput(`file:${path}`, null, settings);
  settings.free();
  const found = opened < 0 ? opened : await format.findStreamInfo(null);
  if (found >= 0) return new AvInput(av, format, options);
  if (opened >= 0) await format.closeInput();
  throw new EngineError('MEDIA_UNREADABLE', { name, reason: reasonOfAv(av, found) });
}
