/** The type that a generated resolver type returns. */
type Returned<Resolver> =
  Extract<NonNullable<Resolver>, (...args: never[]) => unknown> extends (...args: never[]) => infer Result
    ? Result
    : never;

/**
 * The resolvers that a type requires: those of fields that its domain object `Model` does not have as a property of the
 * same name and an assignable type. A field of the schema without a value does not compile, and a field that is a
 * property costs no function call. `__resolveReference`, where there is one, is always required.
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
