export interface GroupRecord {
  readonly appID: string
  readonly groupID: string
  /** Never used twice, unlike the id, which is free again when the group is gone. */
  readonly key: string
  readonly name: string
  /** A userID; undefined where the admin made it without owner (P 5). */
  readonly owner: string | undefined
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly modifiedAt: number
}

export interface GroupStore {
  /**
   * `members` are userIDs that exist, the owner among them. A new group has nothing that came to one of its id after that
   * was gone: no members, nothing that it owns, no topics and buckets.
   */
  addGroup(group: GroupRecord, members: readonly string[]): Promise<'added' | 'exists'>
  findGroup(appID: string, groupID: string): Promise<GroupRecord | undefined>
  changeGroup(
    appID: string,
    groupID: string,
    change: Partial<Pick<GroupRecord, 'name' | 'owner' | 'modifiedAt'>>,
  ): Promise<GroupRecord | undefined>
  /** With its memberships, its ownerships of things, and the topics and buckets of its scope. */
  removeGroup(appID: string, groupID: string): Promise<boolean>
  /** By groupID. */
  listGroups(
    appID: string,
    of: { readonly member: string } | { readonly owner: string },
  ): Promise<GroupRecord[]>
  /** 'added' also if it is a member already. */
  addMember(
    appID: string,
    groupID: string,
    userID: string,
    limits: { membersMax: number },
  ): Promise<'added' | 'full'>
  removeMember(appID: string, groupID: string, userID: string): Promise<boolean>
  isMember(appID: string, groupID: string, userID: string): Promise<boolean>
  /** userIDs, sorted. */
  listMembers(appID: string, groupID: string): Promise<string[]>
  /** Of these users, those who exist. */
  findUsers(appID: string, userIDs: readonly string[]): Promise<string[]>
}
