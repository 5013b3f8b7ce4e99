using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

internal sealed partial class ImapConnection
{
    /// <summary>LOGIN, with literals for what cannot be quoted.</summary>
    internal Task<ImapReply> LoginAsync(MailCredentials.Password password, CancellationToken cancellationToken) =>
        RunAsync(new ImapCommand("LOGIN").String(password.User).String(Encoding.UTF8.GetString(Convert.FromBase64String(password.LoginPassword))), cancellationToken);

    /// <summary>AUTHENTICATE (RFC 9051 6.2.2).</summary>
    /// <param name="mechanism">Its name.</param>
    /// <param name="answers">In base64, for one challenge after the other.</param>
    /// <param name="offered">Whether the first answer may go with the command (SASL-IR).</param>
    /// <param name="hear">Is given a challenge for which there is no answer but an empty one.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    internal Task<ImapReply> AuthenticateAsync(string mechanism, string[] answers, ImapCapabilities offered, Action<string>? hear, CancellationToken cancellationToken) =>
        _wire.WithinAsync(_endpoint.Timeouts.Command, async token =>
        {
            var tag = NextTag();
            var initial = answers.Length == 1 && offered.Can("SASL-IR");
            await SendLineAsync($"{tag} AUTHENTICATE {mechanism}{(initial ? " " + answers[0] : "")}", token);
            for (var next = initial ? 1 : 0; ; next++)
            {
                var answer = await NextAsync(tag, null, null, continuation: true, token);
                if (answer.Kind is ImapAnswerKind.Tagged) return answer.Reply!;
                if (next > answers.Length + 2) throw new InvalidDataException("challenges without end");
                if (next >= answers.Length) hear?.Invoke(answer.Text);
                await SendLineAsync(next < answers.Length ? answers[next] : "", token);
            }
        }, cancellationToken);
}
