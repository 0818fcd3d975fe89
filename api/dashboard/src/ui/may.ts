/** Who is logged in, and what that role may do. The API decides; the page says it beforehand. */
import { $api, type Schemas } from "@/api/client";

export type Permission = Schemas["Me"]["permissions"][number];

const WHY: Record<Permission, string> = {
  read: "Your role may not see this.",
  trade: "Your role may look, not trade: ask for the role trader.",
  administer: "This is for administrators.",
};

export function useMe(): Schemas["Me"] | undefined {
  return $api.useQuery("get", "/auth/me", {}, { staleTime: 60_000 }).data;
}

/** Return null when the caller may, else the reason why not, in a sentence. */
export function useMay(permission: Permission): string | null {
  const me = useMe();
  if (me === undefined) return "It is not known yet what you may do.";
  return me.permissions.includes(permission) ? null : WHY[permission];
}
