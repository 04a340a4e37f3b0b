/** A value of type `T` that was validated as `Name`. The compiler does not accept a plain `T` for it. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
