/** For tools that do not read `.vue` files; vue-tsc, which does, prefers the file itself. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';

  const component: DefineComponent<object, object, unknown>;
  export default component;
}
