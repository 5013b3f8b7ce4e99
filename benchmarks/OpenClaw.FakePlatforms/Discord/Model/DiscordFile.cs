using System.Text;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>A file that somebody sends.</summary>
internal sealed record DiscordFile(string Name, string ContentType, byte[] Bytes, string? Description = null)
{
    public static DiscordFile Text(string name, string text) => new(name, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
}

/// <summary>A file of a message. Its address holds for a day, as the platform's do; a message read anew has a fresh one.</summary>
internal sealed record DiscordAttachment(ulong Number, ulong Channel, DiscordFile File)
{
    public string Id => Snowflakes.Text(Number);
}
