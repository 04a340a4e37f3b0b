/** What a generated resolver type returns. */
type Returned<Resolver> =
  Extract<NonNullable<Resolver>, (...args: never[]) => unknown> extends (...args: never[]) => infer Result
    ? Result
    : never;

/**
 * The resolvers that a type needs: those of fields that its domain object `Model` does not already have under the
 * same name and with a fitting type. A field of the schema that nobody answers does not compile, and one that the
 * object answers costs no function call. `__resolveReference`, where there is one, is always needed.
 */
export type RequiredResolvers<Resolvers, Model> = {
  [
    Field in keyof Resolvers as Field extends keyof Model
      ? Model[Field] extends Returned<Resolvers[Field]>
        ? never
        : Field
      : Field
  ]-?: NonNullable<Resolvers[Field]>;
};
