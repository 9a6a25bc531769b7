// Writes prompts the way the catalogue's suite does: nodes get running ids, links are made from nodes.
import type { JsonValue, Link, NodeId } from '@snug/protocol';

export interface BuiltNode {
  readonly id: NodeId;
  out(slot: number): Link;
  /** Inputs may be changed between two runs. */
  readonly inputs: Record<string, JsonValue | Link>;
}

export class PromptBuilder {
  readonly #nodes = new Map<NodeId, { class_type: string; inputs: BuiltNode['inputs'] }>();

  node(classType: string, inputs: BuiltNode['inputs'] = {}, id = `n${this.#nodes.size + 1}`): BuiltNode {
    this.#nodes.set(id, { class_type: classType, inputs });
    return { id, inputs, out: slot => [id, slot] };
  }

  remove(node: BuiltNode): void {
    this.#nodes.delete(node.id);
  }

  /** A black, white or noisy picture. */
  image(content: 'BLACK' | 'WHITE' | 'NOISE', size = 8): BuiltNode {
    return this.node('StubImage', { content, height: size, width: size, batch_size: 1 });
  }

  mask(value: JsonValue | Link, size = 8): BuiltNode {
    return this.node('StubMask', { value, height: size, width: size, batch_size: 1 });
  }

  mix(image1: BuiltNode, image2: BuiltNode, mask: BuiltNode): BuiltNode {
    return this.node('TestLazyMixImages', { image1: image1.out(0), image2: image2.out(0), mask: mask.out(0) });
  }

  save(source: BuiltNode, slot = 0, prefix = 'test'): BuiltNode {
    return this.node('SaveImage', { images: source.out(slot), filename_prefix: prefix });
  }

  preview(source: BuiltNode, slot = 0): BuiltNode {
    return this.node('PreviewImage', { images: source.out(slot) });
  }

  build(): object {
    return Object.fromEntries(this.#nodes);
  }
}
