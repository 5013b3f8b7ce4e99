using System.Globalization;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

internal static class ImapSamples
{
    public const string Secret = "correct horse";

    public static MailCredentials Password { get; } = new MailCredentials.Password("me", Secret);

    public static ImapEndpoint Endpoint(ImapServer server, MailSecurity security = MailSecurity.None) =>
        new() { Host = "localhost", Port = server.Port, Security = security, Credentials = Password, AcceptAnyCertificate = true, Timeouts = new() { Logout = TimeSpan.FromMilliseconds(50) } };

    public static Task<ImapConnection> OpenAsync(ImapEndpoint endpoint, TimeProvider? time = null, CancellationToken cancellationToken = default) =>
        ImapConnection.OpenAsync(endpoint, MailServers.DialAsync, time ?? TimeProvider.System, cancellationToken);

    public static Task<ImapConnection> OpenAsync(ImapServer server) => OpenAsync(Endpoint(server));

    public static async Task<ImapException> FaultAsync(ImapEndpoint endpoint) => await Assert.ThrowsAsync<ImapException>(() => OpenAsync(endpoint));

    public static string Literal(string text) => string.Create(CultureInfo.InvariantCulture, $"{{{text.Length}}}\r\n{text}");

    public static async Task<string> TextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
