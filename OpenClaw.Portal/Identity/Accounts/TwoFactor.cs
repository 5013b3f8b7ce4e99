using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;
using QRCoder;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>The authenticator app as second factor, and the codes for the day on which it is lost.</summary>
internal sealed class TwoFactor(UserManager<Person> people, OwnAccount account)
{
    /// <summary>Recovery codes made at once.</summary>
    public const int Codes = 10;

    private const string Issuer = "OpenClaw";

    /// <summary>The key to set up, the same until it is confirmed or the factor is taken away.</summary>
    public async Task<string> KeyAsync(Person person)
    {
        if (await people.GetAuthenticatorKeyAsync(person) is { Length: > 0 } kept) return kept;
        await people.ResetAuthenticatorKeyAsync(person);
        return await people.GetAuthenticatorKeyAsync(person) ?? throw new InvalidOperationException("No authenticator key was made.");
    }

    /// <summary>The QR code that authenticator apps read, as SVG. Always dark on white: apps do not read it the other way round.</summary>
    public static string QrCode(Person person, string key)
    {
        var label = Uri.EscapeDataString($"{Issuer}:{person.Email}");
        using var data = QRCodeGenerator.GenerateQrCode($"otpauth://totp/{label}?secret={key}&issuer={Issuer}&digits=6", QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4, "#000", "#fff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    /// <summary>As people type it: groups of four.</summary>
    public static string Spaced(string key) => string.Join(' ', key.Chunk(4).Select(c => new string(c))).ToLowerInvariant();

    /// <summary>Switches it on when the code is right; the recovery codes, which are never shown again.</summary>
    public async Task<IReadOnlyList<string>?> EnableAsync(Person person, string? code)
    {
        var digits = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        if (!await people.VerifyTwoFactorTokenAsync(person, people.Options.Tokens.AuthenticatorTokenProvider, digits)) return null;
        await people.SetTwoFactorEnabledAsync(person, true);
        await account.NoteAsync("two-factor.enabled", person);
        await account.RefreshAsync(person);
        return await MakeCodesAsync(person);
    }

    /// <summary>New recovery codes; the old ones stop working.</summary>
    public async Task<(IReadOnlyList<string>? Codes, string? Fault)> RenewCodesAsync(Person person, string? password)
    {
        if (await account.ConfirmAsync(person, password) is { } fault) return (null, fault);
        await account.NoteAsync("two-factor.codes-renewed", person);
        return (await MakeCodesAsync(person), null);
    }

    /// <summary>Takes the second factor away; null when done, else what is wrong.</summary>
    public async Task<string?> DisableAsync(Person person, string? password)
    {
        if (await account.ConfirmAsync(person, password) is { } fault) return fault;
        await people.SetTwoFactorEnabledAsync(person, false);
        await people.ResetAuthenticatorKeyAsync(person);
        await account.NoteAsync("two-factor.disabled", person);
        await account.RefreshAsync(person);
        return null;
    }

    public Task<int> CountCodesAsync(Person person) => people.CountRecoveryCodesAsync(person);

    private async Task<IReadOnlyList<string>> MakeCodesAsync(Person person) => [.. await people.GenerateNewTwoFactorRecoveryCodesAsync(person, Codes) ?? []];
}
