/** What went wrong on the way, while all else was done. */
export class Refusals {
  readonly #errors: Error[] = [];

  /** Waits for something that may fail. */
  async gather(deed: Promise<unknown>): Promise<void> {
    try {
      await deed;
    } catch (error) {
      this.#errors.push(error as Error);
    }
  }

  get none(): boolean {
    return this.#errors.length === 0;
  }

  /** Throws what was gathered: the one error, or an AggregateError of all. */
  tell(): void {
    const errors = this.#errors;
    if (errors.length > 1) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
    if (errors.length === 1) throw errors[0];
  }
}
