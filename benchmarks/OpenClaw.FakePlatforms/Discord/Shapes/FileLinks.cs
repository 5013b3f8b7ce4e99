using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Shapes;

/// <summary>Addresses of files: signed, and good for a day.</summary>
internal sealed class FileLinks(TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Of the server, without a slash at the end.</summary>
    public string BaseUrl { get; set; } = "";

    public string Of(DiscordAttachment file)
    {
        var now = time.GetUtcNow();
        var until = Hex(now + Life);
        return $"{BaseUrl}/attachments/{Snowflakes.Text(file.Channel)}/{file.Id}/{Uri.EscapeDataString(file.File.Name)}?ex={until}&is={Hex(now)}&hm={Sign(file.Id, until)}&";
    }

    public bool IsGood(string id, string until, string signature) =>
        string.Equals(Sign(id, until), signature, StringComparison.Ordinal)
        && long.TryParse(until, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var seconds)
        && DateTimeOffset.FromUnixTimeSeconds(seconds) > time.GetUtcNow();

    private static string Hex(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString("x", CultureInfo.InvariantCulture);

    private string Sign(string id, string until) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id} {until}")));
}
