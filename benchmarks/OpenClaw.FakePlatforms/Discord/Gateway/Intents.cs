namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>Which events a connection asks for.</summary>
[Flags]
internal enum Intents
{
    None = 0,
    Guilds = 1 << 0,
    GuildMembers = 1 << 1,
    GuildPresences = 1 << 8,
    GuildMessages = 1 << 9,
    GuildMessageReactions = 1 << 10,
    GuildMessageTyping = 1 << 11,
    DirectMessages = 1 << 12,
    DirectMessageReactions = 1 << 13,
    DirectMessageTyping = 1 << 14,
    MessageContent = 1 << 15,

    /// <summary>Those that the application's owner must switch on first.</summary>
    Privileged = GuildMembers | GuildPresences | MessageContent,
}
