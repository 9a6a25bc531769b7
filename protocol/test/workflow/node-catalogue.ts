// A small catalogue in the shape of /object_info: one class for each way in which inputs are declared. Written as text, so that
// floats of integral value stay floats.
import { type JsonObject, parseLossless } from '../../src/index.ts';

export const catalogue = parseLossless(`{
  "Loader": {
    "display_name": "Load Model", "output": ["MODEL", "CLIP", "VAE"],
    "input": {"required": {"ckpt_name": [["a.safetensors", "b.safetensors"]]}},
    "input_order": {"required": ["ckpt_name"]}
  },
  "Encode": {
    "display_name": "Encode Text", "output": ["CONDITIONING"],
    "input": {"required": {"clip": ["CLIP"], "text": ["STRING", {"multiline": true, "dynamicPrompts": true}]}},
    "input_order": {"required": ["text", "clip"]}
  },
  "Empty": {
    "display_name": "", "output": ["LATENT"],
    "input": {"required": {"width": ["INT", {"default": 512, "min": 16}], "height": ["INT", {"default": 512}]},
              "optional": {"batch": ["INT", {"default": 1}]}},
    "input_order": {"required": ["width", "height"], "optional": ["batch"]}
  },
  "Sampler": {
    "display_name": "Sample", "output": ["LATENT"],
    "input": {"required": {
      "denoise": ["FLOAT", {"default": 1.0}], "seed": ["INT", {"default": 0, "control_after_generate": true}],
      "steps": ["INT", {"default": 20}], "cfg": ["FLOAT", {"default": 8.0}],
      "sampler_name": ["COMBO", {"options": ["euler", "ddim"]}],
      "model": ["MODEL"], "positive": ["CONDITIONING"], "latent": ["LATENT"]}},
    "input_order": {"required": ["model", "seed", "steps", "cfg", "sampler_name", "positive", "latent", "denoise"]}
  },
  "Decode": {
    "display_name": "Decode", "output": ["IMAGE"],
    "input": {"required": {"samples": ["LATENT"], "vae": ["VAE"]}}, "input_order": {"required": ["samples", "vae"]}
  },
  "SaveImage": {
    "display_name": "Save", "output": [], "output_node": true,
    "input": {"required": {"images": ["IMAGE"], "filename_prefix": ["STRING", {"default": "Snug"}]},
              "hidden": {"prompt": "PROMPT"}},
    "input_order": {"required": ["images", "filename_prefix"], "hidden": ["prompt"]}
  },
  "LoadImage": {
    "display_name": "Load Image", "output": ["IMAGE", "MASK"],
    "input": {"required": {"image": [["x.png"], {"image_upload": true}]}, "optional": {"scale": ["FLOAT", {"default": 1.5}]}},
    "input_order": {"required": ["image"], "optional": ["scale"]}
  },
  "Blend": {
    "display_name": "Blend", "output": ["IMAGE", "MASK"],
    "input": {"required": {"mask": ["MASK"], "one": ["IMAGE"], "two": ["IMAGE"], "amount": ["FLOAT", {"default": 0.5}]}},
    "input_order": {"required": ["mask", "one", "two", "amount"]}
  },
  "Number": {
    "display_name": "Number", "output": ["INT"],
    "input": {"required": {"value": ["INT", {"control_after_generate": false}]}}, "input_order": {"required": ["value"]}
  },
  "Forced": {
    "display_name": "Forced", "output": ["INT"],
    "input": {"required": {"a": ["INT", {"forceInput": true}], "b": ["INT", {"default": 7}], "c": ["BOOLEAN", {"default": true}]}},
    "input_order": {"required": ["a", "b", "c"]}
  },
  "Seeded": {
    "display_name": "Seeded", "output": ["INT"],
    "input": {"required": {"noise_seed": ["INT"], "mode": [["x", "y"], {"control_after_generate": "fixed"}], "last": ["STRING"]}},
    "input_order": {"required": ["noise_seed", "mode", "last"]}
  },
  "Odd": {
    "display_name": "Odd", "output": ["*"],
    "input": {"required": {"list": ["COMBO", {"options": ["p", "q"], "multiselect": true}], "curve": ["CURVE"],
              "shown": ["SPECIAL", {"widgetType": "STRING", "default": "d"}], "dial": ["DIAL"], "any": ["*"]}},
    "input_order": {"required": ["list", "curve", "shown", "dial", "any"]}
  },
  "Switch": {
    "display_name": "Switch", "output": ["IMAGE"],
    "input": {"required": {
      "mode": ["COMFY_DYNAMICCOMBO_V3", {"options": [
        {"key": "scale", "inputs": {"required": {"factor": ["FLOAT", {"default": 2.0}]}}},
        {"key": "size", "inputs": {"required": {"width": ["INT", {"default": 8}], "height": ["INT", {"default": 9}]}}}]}],
      "images": ["COMFY_AUTOGROW_V3", {"template": {"input": {"required": {"image": ["IMAGE"]}}, "prefix": "image", "min": 1, "max": 9}}],
      "name": ["STRING", {"default": "n"}]}},
    "input_order": {"required": ["mode", "images", "name"]}
  },
  "Words": {
    "display_name": "Words", "output": ["STRING"],
    "input": {"required": {
      "words": ["COMFY_AUTOGROW_V3", {"template": {"input": {"required": {"word": ["STRING", {}]}}, "prefix": "word"}}],
      "glue": ["STRING", {"default": "-"}]}},
    "input_order": {"required": ["words", "glue"]}
  },
  "Combine": {
    "display_name": "Combine Frames", "output": [],
    "input": {"required": {"images": ["IMAGE"], "rate": ["FLOAT", {"default": 8.0}], "format": [["gif", "mp4"]]}},
    "input_order": {"required": ["images", "rate", "format"]}
  }
}`) as JsonObject;
