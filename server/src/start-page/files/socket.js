// The socket of this page: opens it, comes back by itself with growing pauses, and takes frames apart.

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 10_000;
const TEXT = new TextDecoder();

/**
 * @typedef {{
 *   onOpen(): void,
 *   onLost(): void,
 *   onMessage(type: string, data: any): void,
 *   onPreview(preview: { picture: Blob, promptId?: string, nodeId?: string }): void,
 * }} SocketListener
 */

/**
 * Connects for as long as the page is open.
 * @param {string} clientId
 * @param {SocketListener} listener
 */
export function keepConnected(clientId, listener) {
  const url = new URL('ws', document.baseURI);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('clientId', clientId);
  let pauseMs = FIRST_PAUSE_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const open = () => {
    timer = undefined;
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      pauseMs = FIRST_PAUSE_MS;
      // Previews then say which prompt and node they belong to, and prompts of other clients are heard, too.
      const flags = { supports_preview_metadata: true, snug_watch_all: true };
      socket.send(JSON.stringify({ type: 'feature_flags', data: flags }));
      listener.onOpen();
    };
    socket.onmessage = ({ data }) => receive(data, listener);
    socket.onclose = () => {
      listener.onLost();
      timer = setTimeout(open, pauseMs * (0.75 + Math.random() / 2));
      pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS);
    };
  };
  const hurry = () => {
    if (timer === undefined || document.hidden) return;
    clearTimeout(timer);
    open();
  };
  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  open();
}

/**
 * @param {string | ArrayBuffer} frame
 * @param {SocketListener} listener
 */
function receive(frame, listener) {
  if (typeof frame === 'string') {
    const { type, data } = JSON.parse(frame);
    listener.onMessage(type, data ?? {});
    return;
  }
  const view = new DataView(frame);
  const kind = view.getUint32(0);
  if (kind === 1) {
    listener.onPreview({
      picture: new Blob([frame.slice(8)], { type: view.getUint32(4) === 2 ? 'image/png' : 'image/jpeg' }),
    });
  } else if (kind === 4) {
    const end = 8 + view.getUint32(4);
    const about = JSON.parse(TEXT.decode(frame.slice(8, end)));
    const picture = new Blob([frame.slice(end)], { type: about.image_type });
    listener.onPreview({ picture, promptId: about.prompt_id, nodeId: about.display_node_id ?? about.node_id });
  }
}
