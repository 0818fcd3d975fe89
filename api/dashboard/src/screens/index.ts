/**
 * The screens. Each is a folder of its own with an index.tsx whose default export is drawn at its paths; its script is
 * loaded when it is first shown. Whoever writes a screen changes its folder alone: what two screens need goes into
 * src/ui (read its index.ts first), what follows the stream into src/live.
 *
 * path    where the navigation leads, below /app
 * paths   all addresses of the screen; useParams() of wouter has :id and the like, useSearchParams() what follows `?`
 * key     the key after `g`
 * needs   the permission without which the API refuses what it shows
 */
import { lazy, type ComponentType } from "react";
import type { Permission } from "@/ui/may";

export interface ScreenEntry {
  path: string;
  paths: readonly string[];
  title: string;
  key: string;
  needs: Permission;
  Screen: ComponentType;
}

export const screens: readonly ScreenEntry[] = [
  { path: "/", paths: ["/"], title: "Today", key: "t", needs: "read", Screen: lazy(() => import("@/screens/today")) },
  {
    path: "/positions",
    paths: ["/positions", "/positions/:id"],
    title: "Positions",
    key: "p",
    needs: "read",
    Screen: lazy(() => import("@/screens/positions")),
  },
  {
    path: "/decisions",
    paths: ["/decisions", "/decisions/:signalId"],
    title: "Decisions",
    key: "d",
    needs: "read",
    Screen: lazy(() => import("@/screens/decisions")),
  },
  { path: "/ab", paths: ["/ab"], title: "A/B", key: "a", needs: "read", Screen: lazy(() => import("@/screens/ab")) },
  {
    path: "/market",
    paths: ["/market"],
    title: "Market",
    key: "m",
    needs: "read",
    Screen: lazy(() => import("@/screens/market")),
  },
  {
    path: "/performance",
    paths: ["/performance"],
    title: "Performance",
    key: "f",
    needs: "read",
    Screen: lazy(() => import("@/screens/performance")),
  },
  {
    path: "/webhooks",
    paths: ["/webhooks"],
    title: "Webhooks",
    key: "w",
    needs: "read",
    Screen: lazy(() => import("@/screens/webhooks")),
  },
  {
    path: "/controls",
    paths: ["/controls"],
    title: "Controls",
    key: "c",
    needs: "read",
    Screen: lazy(() => import("@/screens/controls")),
  },
  {
    path: "/system",
    paths: ["/system"],
    title: "System",
    key: "s",
    needs: "read",
    Screen: lazy(() => import("@/screens/system")),
  },
];
