/** A value of type `T` that was checked and may be trusted as `Name`; plain values do not pass for it. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
