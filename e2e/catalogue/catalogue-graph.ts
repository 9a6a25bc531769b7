// Writes prompts the way the catalogue's suite does: node ids begin with the name of the test, brackets and all, because clients
// may name nodes as they like.
import type { JsonObject, JsonValue, Link } from '@snug/protocol';

export interface CatalogueNode {
  readonly id: string;
  out(slot: number): Link;
  /** Inputs may be changed between two runs. */
  readonly inputs: Record<string, JsonValue | Link>;
}

/** Side of the pictures; the rules under test do not depend on it. */
const SIZE = 16;

export class CatalogueGraph {
  readonly #prefix: string;
  readonly #filePrefix: string;
  readonly #nodes = new Map<string, { class_type: string; inputs: CatalogueNode['inputs'] }>();
  #count = 0;

  /** @param suite first part of the names of saved files. */
  constructor(suite: string, test: string) {
    this.#prefix = `test_${test}[_server0]`;
    this.#filePrefix = `${suite}[test_${test}]`;
  }

  node(classType: string, inputs: CatalogueNode['inputs'] = {}, id = `${this.#prefix}${++this.#count}`): CatalogueNode {
    this.#nodes.set(id, { class_type: classType, inputs });
    return { id, inputs, out: slot => [id, slot] };
  }

  remove(node: CatalogueNode): void {
    this.#nodes.delete(node.id);
  }

  image(content: 'BLACK' | 'WHITE' | 'NOISE', size = SIZE): CatalogueNode {
    return this.node('StubImage', { content, height: size, width: size, batch_size: 1 });
  }

  mask(value: JsonValue | Link): CatalogueNode {
    return this.node('StubMask', { value, height: SIZE, width: SIZE, batch_size: 1 });
  }

  mix(image1: CatalogueNode, image2: CatalogueNode, mask: CatalogueNode): CatalogueNode {
    return this.node('TestLazyMixImages', { image1: image1.out(0), image2: image2.out(0), mask: mask.out(0) });
  }

  sleep(value: CatalogueNode, seconds: number): CatalogueNode {
    return this.node('TestSleep', { value: value.out(0), seconds });
  }

  save(source: CatalogueNode, slot = 0): CatalogueNode {
    return this.node('SaveImage', { images: source.out(slot), filename_prefix: this.#filePrefix });
  }

  preview(source: CatalogueNode, slot = 0): CatalogueNode {
    return this.node('PreviewImage', { images: source.out(slot) });
  }

  build(): JsonObject {
    return Object.fromEntries(this.#nodes) as unknown as JsonObject;
  }
}
