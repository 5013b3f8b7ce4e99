namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>The permissions that matter to a bot that chats.</summary>
[Flags]
internal enum Permissions : ulong
{
    None = 0,
    Administrator = 1UL << 3,
    AddReactions = 1UL << 6,
    ViewChannel = 1UL << 10,
    SendMessages = 1UL << 11,
    ManageMessages = 1UL << 13,
    EmbedLinks = 1UL << 14,
    AttachFiles = 1UL << 15,
    ReadMessageHistory = 1UL << 16,
    MentionEveryone = 1UL << 17,
    UseApplicationCommands = 1UL << 31,
    CreatePublicThreads = 1UL << 35,
    CreatePrivateThreads = 1UL << 36,
    SendMessagesInThreads = 1UL << 38,

    /// <summary>What @everyone may in a new guild.</summary>
    Usual = AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | UseApplicationCommands
        | CreatePublicThreads | SendMessagesInThreads,

    All = Usual | ManageMessages | MentionEveryone | CreatePrivateThreads,
}

/// <summary>What a channel gives to or takes from one role or one member.</summary>
/// <param name="Target">The role's or the user's id.</param>
/// <param name="IsMember">False: a role.</param>
internal sealed record Overwrite(string Target, bool IsMember, Permissions Allow, Permissions Deny);
