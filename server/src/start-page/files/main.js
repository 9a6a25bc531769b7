// The start page: wires its parts to the server and keeps them current. Whatever happens is announced by the socket; lists are
// then read again, so that nothing depends on having heard every event.
import { Composer } from './composer.js';
import { byId } from './elements.js';
import { LiveRun } from './live-run.js';
import { QueueList } from './queue-list.js';
import { ResultsGrid } from './results-grid.js';
import { get } from './server-api.js';
import { keepConnected } from './socket.js';
import { Viewer } from './viewer.js';

const REFRESH_PAUSE_MS = 60;
const GIBIBYTE = 2 ** 30;

/** The same page after a reload is the same client, and hears what it missed. */
function clientId() {
  try {
    const known = sessionStorage.getItem('client-id') ?? crypto.getRandomValues(new Uint32Array(4)).join('-');
    sessionStorage.setItem('client-id', known);
    return known;
  } catch {
    return crypto.getRandomValues(new Uint32Array(4)).join('-'); // Storage is switched off.
  }
}

const id = clientId();
const live = new LiveRun();
const queue = new QueueList(id, live);
const composer = new Composer(id);
const viewer = new Viewer(draft => void composer.show(draft));
const results = new ResultsGrid((list, index) => viewer.open(list, index));

/** Runs now, and once more when it was asked for meanwhile. @param {() => Promise<unknown>} work */
function coalesced(work) {
  let isBusy = false;
  let isWanted = false;
  return async function refresh() {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      // A server that went away says so through the socket; reading resumes with it.
      await work().catch(() => {});
      await new Promise(resolve => setTimeout(resolve, REFRESH_PAUSE_MS));
    }
    isBusy = false;
  };
}

const refreshQueue = coalesced(() => queue.refresh());
const refreshResults = coalesced(() => results.refresh());
const refreshRest = coalesced(() => Promise.all([composer.refresh(), describeServer()]));

async function describeServer() {
  const { system, devices } = await get('system_stats');
  const snug = /Snug (\S+) on (Node\.js \S+?)\)?$/.exec(system.python_version ?? '');
  const [device] = devices;
  const memory =
    device && `${(device.vram_free / GIBIBYTE).toFixed(1)} of ${(device.vram_total / GIBIBYTE).toFixed(1)} GB free`;
  const parts = [
    snug ? `${snug[1]} on ${snug[2]}` : '',
    `speaks ComfyUI ${system.comfyui_version}`,
    devices.map((/** @type {{ name: string }} */ { name }) => name).join(', '),
    memory,
  ];
  byId('about').textContent = parts.filter(Boolean).join(' · ');
}

/** @param {'idle' | 'busy' | 'lost'} state @param {string} text */
function showStatus(state, text) {
  const pill = byId('status');
  pill.dataset.state = state;
  if (pill.textContent !== text) pill.textContent = text;
  document.title = state === 'busy' ? `(${text}) Snug` : 'Snug';
}

/** @param {number} count */
function showCount(count) {
  showStatus(count === 0 ? 'idle' : 'busy', count === 0 ? 'Ready' : `${count} in the queue`);
}

keepConnected(id, {
  onOpen() {
    void refreshQueue();
    void refreshResults();
    void refreshRest();
  },
  onLost() {
    showStatus('lost', 'Reconnecting');
  },
  onMessage(type, data) {
    if (type === 'status') {
      showCount(data.status.exec_info.queue_remaining);
      void refreshQueue();
      void refreshResults();
      return;
    }
    if (type === 'execution_start') void refreshQueue();
    else live.hear(type, data);
  },
  onPreview(preview) {
    live.preview(preview);
  },
});

const address = new URL('.', location.href).href.replace(/\/$/, '');
for (const place of ['address', 'address-again']) byId(place).textContent = address;
