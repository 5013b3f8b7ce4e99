using System.Runtime.CompilerServices;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>A mail that was read as a whole.</summary>
/// <param name="Mail">Which one.</param>
/// <param name="Bytes">Valid until the next is asked for.</param>
internal readonly record struct ImapContent(ImapMail Mail, ReadOnlyMemory<byte> Bytes);

internal sealed partial class ImapConnection
{
    private const int BatchMails = 64;
    private const long BatchBytes = 1024 * 1024;

    private bool _reading;

    /// <summary>
    /// Reads small mails whole, many with one command and the next command under way before the last is done, one in memory at a time.
    /// Left out are those that are gone, that have no known size or more than <paramref name="maxBytes"/>, or that the server does not
    /// give: <see cref="OpenMailAsync"/> gives them one by one or says why not. Nothing else can be asked until the end.
    /// </summary>
    public async IAsyncEnumerable<ImapContent> ReadMailsAsync(IEnumerable<ImapMail> mails, int maxBytes = 256 * 1024, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_reading) throw new InvalidOperationException("Mails are being read; read them to the end first.");
        using var window = new ImapWindow(maxBytes);
        using var batches = Batches(mails.Where(m => m.Size <= maxBytes)).GetEnumerator();
        List<Batch> underWay = [];
        _reading = true;
        try
        {
            while (true)
            {
                while (underWay.Count < 2 && batches.MoveNext()) underWay.Add(await AskAsync(batches.Current, maxBytes, cancellationToken));
                if (underWay.Count == 0) break;
                if (await NextContentAsync(underWay, window, cancellationToken) is { } content) yield return content;
            }
        }
        finally
        {
            _reading = false;
            if (IsUsable && underWay.Count > 0) await PassOverAsync(underWay, window);
        }
    }

    private async Task<Batch> AskAsync(Dictionary<uint, ImapMail> mails, int maxBytes, CancellationToken cancellationToken)
    {
        var batch = new Batch(NextTag(), mails);
        var set = string.Join(' ', UidSet.Of(mails.Keys).Take(1));
        return await _wire.WithinAsync(_endpoint.Timeouts.Command, async token =>
        {
            await SendLineAsync($"{batch.Tag} UID FETCH {set} (UID BODY.PEEK[]<0.{maxBytes + 1}>)", token);
            return batch;
        }, cancellationToken);
    }

    /// <summary>The next mail of any batch, as servers may answer two commands at once; null = one is done, and taken from the list.</summary>
    private Task<ImapContent?> NextContentAsync(List<Batch> underWay, ImapWindow window, CancellationToken cancellationToken) =>
        _wire.WithinAsync(Limit(window.Capacity), async token =>
        {
            while (true)
            {
                if (underWay[0].Answers++ > ImapBounds.Answers) throw new InvalidDataException("answers without end");
                window.Clear();
                var answer = await _wire.ReadAsync(window, token);
                if (answer.Kind is ImapAnswerKind.Continuation) continue;
                Note(answer);
                if (answer.Kind is ImapAnswerKind.Tagged) return End(underWay, answer);
                if (Content(underWay, answer, window) is { } content) return content;
            }
        }, cancellationToken);

    private static ImapContent? End(List<Batch> underWay, ImapAnswer answer)
    {
        if (underWay.RemoveAll(b => b.Tag == answer.Tag) == 0) throw new InvalidDataException("an answer to a command that nobody gave");
        return answer.Name == "BAD" || answer.Reply!.IsLimit ? throw ImapException.Of(answer.Reply!, ImapFailure.Refused, "The mails cannot be read") : null;
    }

    private static ImapContent? Content(List<Batch> underWay, ImapAnswer answer, ImapWindow window)
    {
        if (!answer.Is("FETCH") || FetchItems.Of(answer) is not { Uid: { } uid, Content: { } content } || content == ImapValue.Nil) return null;
        if (content.Text is { } text) window.Put(Encoding.UTF8.GetBytes(text));
        if (!window.IsFilled || window.IsTruncated) return null;
        foreach (var batch in underWay)
            if (batch.Mails.Remove(uid, out var mail)) return new(mail, window.Content);
        return null;
    }

    /// <summary>The caller wants no more: what is on its way is read and forgotten.</summary>
    private async Task PassOverAsync(List<Batch> underWay, ImapWindow window)
    {
        try
        {
            while (underWay.Count > 0) await NextContentAsync(underWay, window, CancellationToken.None);
        }
        catch (ImapException)
        {
            _wire.Break(); // the next command says what is the matter
        }
    }

    private static IEnumerable<Dictionary<uint, ImapMail>> Batches(IEnumerable<ImapMail> mails)
    {
        Dictionary<uint, ImapMail> batch = [];
        long bytes = 0;
        foreach (var mail in mails)
        {
            if (batch.Count > 0 && (batch.Count == BatchMails || bytes + mail.Size > BatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            if (batch.TryAdd(mail.Uid, mail)) bytes += mail.Size ?? 0;
        }

        if (batch.Count > 0) yield return batch;
    }

    private sealed class Batch(string tag, Dictionary<uint, ImapMail> mails)
    {
        public string Tag => tag;

        public Dictionary<uint, ImapMail> Mails => mails;

        public int Answers { get; set; }
    }
}
