using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>When a passkey was last used, which Identity does not keep: a token of the person by the passkey's hash.</summary>
internal sealed class PasskeyUse(UserManager<Person> people, TimeProvider time)
{
    private const string Provider = "passkey.used";

    public Task NoteAsync(Person person, UserPasskeyInfo passkey) =>
        people.SetAuthenticationTokenAsync(person, Provider, NameOf(passkey.CredentialId), time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    public async Task<DateTimeOffset?> FindAsync(Person person, UserPasskeyInfo passkey) =>
        long.TryParse(await people.GetAuthenticationTokenAsync(person, Provider, NameOf(passkey.CredentialId)), CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    public Task ForgetAsync(Person person, byte[] passkey) => people.RemoveAuthenticationTokenAsync(person, Provider, NameOf(passkey));

    private static string NameOf(byte[] id) => Base64Url.EncodeToString(SHA256.HashData(id));
}
