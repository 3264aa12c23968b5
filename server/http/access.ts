/** What is noted of each request: nothing of what it carried. */
export type AccessLine = {
  readonly method: string;
  /** The route's pattern: what stood in its place is not logged. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly kiosk?: string;
};
