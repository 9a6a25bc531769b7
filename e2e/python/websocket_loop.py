"""The WebSocket loop of API examples: connect with a client id, queue a prompt, read messages until `executing` with node
null, then fetch the pictures. The socket is a few lines of RFC 6455, so that nothing has to be installed.

usage: websocket_loop.py SERVER_ADDRESS < prompt.json
"""
import base64
import json
import os
import socket
import struct
import sys
import urllib.parse
import urllib.request
import uuid

server_address = sys.argv[1]
client_id = str(uuid.uuid4())


class WebSocket:
    def connect(self, url):
        parts = urllib.parse.urlparse(url)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            "GET {}?{} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).format(parts.path, parts.query, parts.netloc, key).encode())
        self.file = self.socket.makefile("rb")
        status = self.file.readline()
        assert b"101" in status, status
        while self.file.readline().strip():
            pass

    def send(self, opcode, payload):
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)

    def recv(self):
        """Answers text as str, binary as bytes; joins fragments and answers pings."""
        message, kind = b"", None
        while True:
            first, second = self.file.read(2)
            opcode, length = first & 0x0F, second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self.file.read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.file.read(8))
            payload = self.file.read(length)
            if opcode == 9:
                self.send(10, payload)
                continue
            assert opcode != 8, "the server closed the socket"
            kind = opcode or kind
            message += payload
            if first & 0x80:
                return message.decode() if kind == 1 else message

    def close(self):
        self.send(8, b"\x03\xe8")
        self.socket.close()


def queue_prompt(prompt):
    data = json.dumps({"prompt": prompt, "client_id": client_id}).encode("utf-8")
    request = urllib.request.Request("http://{}/prompt".format(server_address), data=data)
    return json.loads(urllib.request.urlopen(request).read())


def get_image(filename, subfolder, folder_type):
    values = urllib.parse.urlencode({"filename": filename, "subfolder": subfolder, "type": folder_type})
    with urllib.request.urlopen("http://{}/view?{}".format(server_address, values)) as response:
        return response.read()


def get_history(prompt_id):
    with urllib.request.urlopen("http://{}/history/{}".format(server_address, prompt_id)) as response:
        return json.loads(response.read())


ws = WebSocket()
ws.connect("ws://{}/ws?clientId={}".format(server_address, client_id))
prompt_id = queue_prompt(json.load(sys.stdin))["prompt_id"]
types, previews = [], 0
while True:
    out = ws.recv()
    if isinstance(out, str):
        message = json.loads(out)
        types.append(message["type"])
        if message["type"] == "executing":
            data = message["data"]
            if data["node"] is None and data["prompt_id"] == prompt_id:
                break
    else:
        # Format, image type and the picture: the first eight bytes are the header.
        previews += out[8:10] == b"\xff\xd8"
ws.close()
outputs = get_history(prompt_id)[prompt_id]["outputs"]
images = [get_image(i["filename"], i["subfolder"], i["type"]) for o in outputs.values() for i in o["images"]]
print(json.dumps({
    "first": types[0],
    "types": sorted(set(types)),
    "previews": previews,
    "signatures": [image[:8].hex() for image in images],
}))
