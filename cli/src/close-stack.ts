// Remembers how to undo what was started, and undoes it in reverse order (AsyncDisposableStack, which Node 20 lacks).

export class CloseStack {
  #steps: (() => Promise<void> | void)[] = [];

  /** Adds a step that runs before all earlier ones. */
  defer(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  /** Runs every step once, also when one of them fails; throws what failed first. Later calls do nothing. */
  async close(): Promise<void> {
    const steps = this.#steps.splice(0).reverse();
    const failures: unknown[] = [];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }
}
