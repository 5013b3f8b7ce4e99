using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OpenClaw.Portal.Tests.Secrets;

/// <summary>Secrets by name, and every form in which one might lie about.</summary>
internal sealed class PlantedSecrets
{
    private readonly ConcurrentDictionary<string, byte[][]> _forms = new(StringComparer.Ordinal);

    public ICollection<string> Names => _forms.Keys;

    public void Add(string name, string secret)
    {
        Assert.True(secret.Length >= 8, $"{name} is too short to be told from chance");
        var bytes = Encoding.UTF8.GetBytes(secret);
        string[] texts =
        [
            secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret), WebUtility.HtmlEncode(secret), JsonSerializer.Serialize(secret).Trim('"'),
            Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), .. Base64Of(bytes),
        ];
        _forms[name] = [.. texts.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes), Encoding.Unicode.GetBytes(secret)];
    }

    /// <summary>Names of the secrets that can be read there.</summary>
    public IEnumerable<string> FindIn(ReadOnlySpan<byte> haystack)
    {
        List<string> found = [];
        foreach (var (name, forms) in _forms)
            foreach (var form in forms)
                if (haystack.IndexOf(form) >= 0) found.Add(name);
        return found.Distinct(StringComparer.Ordinal);
    }

    /// <summary>Base64 of a text depends on where in a longer one it begins: the middle of all three, in both alphabets.</summary>
    private static IEnumerable<string> Base64Of(byte[] bytes)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. new byte[offset], .. bytes]);
            var skip = offset == 0 ? 0 : offset + 1;
            var whole = (bytes.Length + offset) / 3 * 4;
            var middle = text[skip..whole];
            yield return middle;
            yield return middle.Replace('+', '-').Replace('/', '_');
        }
    }
}
