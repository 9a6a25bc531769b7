// The page at `/` when no front end is configured: says what runs here, whether it works, and where to go next. One
// self-contained text; links are relative, so that it works behind a proxy's sub-path.
import type { ReportedVersions } from './server-options.ts';

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, character => entities[character] ?? character);
}

const style = `
  :root { color-scheme: light dark; --accent: light-dark(#b4552d, #f0a37c); --soft: light-dark(#00000014, #ffffff1c); }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem 1rem;
    font: 1rem/1.6 system-ui, sans-serif; background: light-dark(#faf7f4, #1b1917); color: light-dark(#2b2724, #ece7e2); }
  main { width: min(40rem, 100%); }
  h1 { margin: 0; font-size: 2.5rem; letter-spacing: -0.02em; }
  h2 { margin: 2rem 0 0.5rem; font-size: 1rem; }
  p { margin: 0.5rem 0; }
  a { color: var(--accent); }
  ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 0.25rem; }
  code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
  pre { margin: 0; padding: 0.75rem 1rem; overflow-x: auto; border-radius: 0.5rem; background: var(--soft); }
  .status { display: inline-block; padding: 0.1rem 0.75rem; border-radius: 1rem; background: var(--soft); }
  footer { margin-top: 2rem; font-size: 0.85rem; opacity: 0.7; }`;

/** Counts live, through the same socket that every client uses. */
const script = `
  document.getElementById('address').textContent = new URL('.', location.href).href.replace(/\\/$/, '');
  const status = document.getElementById('status');
  const url = new URL('ws', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  socket.onmessage = event => {
    const message = typeof event.data === 'string' ? JSON.parse(event.data) : {};
    if (message.type !== 'status') return;
    const count = message.data.status.exec_info.queue_remaining;
    status.textContent = count === 0 ? 'Idle, ready for prompts' : count + (count === 1 ? ' prompt' : ' prompts') + ' in the queue';
  };
  socket.onclose = () => { status.textContent = 'Connection lost, reload the page'; };`;

/** HTML of the start page. */
export function indexPage(versions: ReportedVersions): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Snug</title>
<link rel="icon" href="data:,">
<style>${style}
</style>
</head>
<body>
<main>
<h1>Snug</h1>
<p>A ComfyUI-compatible server that runs Stable Diffusion workflows natively in Node.js.</p>
<p><span class="status" id="status">Connecting</span></p>
<h2>Use it</h2>
<p>Point any ComfyUI client at this address, or send a prompt from a terminal:</p>
<pre>snug run workflow_api.json --server <span id="address">http://127.0.0.1:8188</span></pre>
<p>To use a web interface here, start the server with <code>--front-end-root FOLDER</code>.</p>
<h2>Look around</h2>
<ul>
<li><a href="queue">Queue</a>: what runs and what waits</li>
<li><a href="history?max_items=20">History</a>: the last results</li>
<li><a href="object_info">Nodes</a>: everything a prompt can use</li>
<li><a href="models">Models</a>: folders and their files</li>
<li><a href="system_stats">System</a>: versions, memory and devices</li>
</ul>
<footer>Speaks the interface of ComfyUI ${escapeHtml(versions.comfyui)}</footer>
</main>
<script>${script}
</script>
</body>
</html>
`;
}
