namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>A channel's type, by its number on the wire.</summary>
internal enum ChannelKind
{
    Text = 0,
    Direct = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    AnnouncementThread = 10,
    PublicThread = 11,
    PrivateThread = 12,
    Forum = 15,
}
