using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>
/// 80 mails of others, ordinary to broken, against what the majority of three other parsers says of them. Texts are compared with every
/// run of white space as one space, and without space at the ends, as the majority was found; addresses and ids in small letters.
/// </summary>
public sealed partial class CorpusTests(ITestOutputHelper output)
{
    private static readonly string[] OfHeaders = ["subject", "from", "to", "date", "messageId", "inReplyTo", "references"];

    private int _headers;
    private int _headersRight;
    private int _contents;
    private int _contentsRight;

    [SharedDataFact("oracle-mime.json")]
    public async Task Read_Corpus_AgreesWithMajority()
    {
        using var oracle = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedData.Find("oracle-mime.json")!));
        foreach (var file in SharedData.Mails("mime-corpus"))
        {
            if (!oracle.RootElement.TryGetProperty(Path.GetFileName(file), out var said)) continue;
            await using var source = File.OpenRead(file);
            Compare(Path.GetFileName(file), await ReadMail.FromAsync(source), said.GetProperty("majority"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"headers: {_headersRight} of {_headers} ({100.0 * _headersRight / _headers:n1} %); texts and attachments: {_contentsRight} of {_contents} ({100.0 * _contentsRight / _contents:n1} %)"));
        Assert.True(_headersRight >= 0.98 * _headers, $"{_headersRight} of {_headers} header fields agree");
        Assert.True(_contentsRight >= 0.95 * _contents, $"{_contentsRight} of {_contents} texts and attachments agree");
    }

    private void Compare(string name, ReadMail mail, JsonElement majority)
    {
        foreach (var field in majority.EnumerateObject())
        {
            var (theirs, ours) = (Theirs(field), Ours(field.Name, mail));
            var right = theirs == ours || field.Name == "text" && theirs.Length >= 2000 && ours.StartsWith(theirs, StringComparison.Ordinal);
            if (Array.IndexOf(OfHeaders, field.Name) >= 0) (_headers, _headersRight) = (_headers + 1, _headersRight + (right ? 1 : 0));
            else (_contents, _contentsRight) = (_contents + 1, _contentsRight + (right ? 1 : 0));
            if (!right) output.WriteLine($"{name} {field.Name}: they {Short(theirs)} | we {Short(ours)}");
        }
    }

    private static string Theirs(JsonProperty field) => field.Value.ValueKind switch
    {
        JsonValueKind.Array => string.Join('\n', field.Value.EnumerateArray().Select(v => Plain(v.ToString())).Order(StringComparer.Ordinal)),
        JsonValueKind.Null => "",
        _ => Plain(field.Value.ToString()),
    };

    private static string Ours(string field, ReadMail mail) => field switch
    {
        "subject" => Plain(mail.Header.Subject),
        "from" => Addresses(mail.Header.From),
        "to" => Addresses(mail.Header.To),
        "date" => mail.Header.Date?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) ?? "",
        "messageId" => Plain(mail.Header.MessageId ?? ""),
        "inReplyTo" => Sorted(mail.Header.InReplyTo),
        "references" => Sorted(mail.Header.References),
        "text" => Plain(mail.Text),
        "html" => mail.Html is null ? "False" : "True",
        "attCount" => mail.Files.Count.ToString(CultureInfo.InvariantCulture),
        "attNames" => Sorted(mail.Files.Select(f => f.Name ?? "")),
        "attSha" => Sorted(mail.Files.Select(f => f.Sha)),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "a field nobody knows"),
    };

    private static string Addresses(IReadOnlyList<MailboxAddress> people) => Sorted(people.Select(p => p.Address.ToLowerInvariant()));

    private static string Sorted(IEnumerable<string> values) => string.Join('\n', values.Select(Plain).Order(StringComparer.Ordinal));

    private static string Plain(string text) => Space().Replace(text, " ").Trim();

    private static string Short(string text) => "\"" + (text.Length > 300 ? text[..300] + "…" : text).Replace("\n", "⏎", StringComparison.Ordinal) + "\"";

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
