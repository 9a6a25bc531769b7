"""Queues a prompt the way scripts do that know nothing but the standard library: no content type of their own choice,
polling of the history, download through /view. Prints what it saw as one JSON object.

usage: queue_prompt.py SERVER_ADDRESS < prompt.json
"""
import json
import sys
import time
import urllib.parse
import urllib.request

server_address = sys.argv[1]


def queue_prompt(prompt):
    data = json.dumps({"prompt": prompt}).encode("utf-8")
    request = urllib.request.Request("http://{}/prompt".format(server_address), data=data)
    return json.loads(urllib.request.urlopen(request).read())


def get_history(prompt_id):
    with urllib.request.urlopen("http://{}/history/{}".format(server_address, prompt_id)) as response:
        return json.loads(response.read())


def get_image(filename, subfolder, folder_type):
    values = urllib.parse.urlencode({"filename": filename, "subfolder": subfolder, "type": folder_type})
    with urllib.request.urlopen("http://{}/view?{}".format(server_address, values)) as response:
        return response.read()


prompt = json.load(sys.stdin)
prompt_id = queue_prompt(prompt)["prompt_id"]
history = {}
while prompt_id not in history:
    history = get_history(prompt_id)
    time.sleep(0.05)
entry = history[prompt_id]
images = [get_image(i["filename"], i["subfolder"], i["type"]) for o in entry["outputs"].values() for i in o["images"]]
print(json.dumps({
    "status": entry["status"]["status_str"],
    "seed": next((n["inputs"]["seed"] for n in entry["prompt"][2].values() if "seed" in n["inputs"]), None),
    "signatures": [image[:8].hex() for image in images],
}))
