using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>What a FETCH answer says, whatever it leaves out and in whatever order.</summary>
internal readonly record struct FetchItems(uint? Uid, long? Size, DateTimeOffset? Received, IReadOnlyList<string>? Flags, ImapValue? Content)
{
    private static readonly string[] Dates = ["d-MMM-yyyy HH:mm:ss zzz", "dd-MMM-yyyy HH:mm:ss zzz", "d-MMM-yyyy H:mm:ss zzz"];

    public static FetchItems Of(ImapAnswer answer)
    {
        var found = default(FetchItems);
        if (answer.Values is not [{ IsList: true, Items: var items }, ..]) return found;
        for (var i = 0; i + 1 < items.Count; i += 2)
        {
            var (name, value) = (items[i].Text ?? "", items[i + 1]);
            found = name.ToUpperInvariant() switch
            {
                "UID" => found with { Uid = uint.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid > 0 ? uid : null },
                "RFC822.SIZE" => found with { Size = long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null },
                "INTERNALDATE" => found with { Received = Date(value.Text) },
                "FLAGS" => found with { Flags = [.. value.Items.Select(f => f.Text ?? "").Where(f => f.Length > 0)] },
                "RFC822" or "RFC822.HEADER" => found with { Content = value },
                var body when body.StartsWith("BODY[", StringComparison.Ordinal) => found with { Content = value },
                _ => found,
            };
        }

        return found;
    }

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text?.Trim(), Dates, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out var date) ? date.ToUniversalTime() : null;
}
