using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>A passkey as its person sees it.</summary>
internal sealed record PasskeyView(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, bool Synced);

/// <summary>A signed-in person's passkeys.</summary>
internal sealed class OwnPasskeys(PersonSignInManager manager, OwnAccount account, PasskeyUse use)
{
    /// <summary>More than that nobody needs, and each is offered to the browser at every registration.</summary>
    public const int Max = 20;

    private readonly UserManager<Person> _people = manager.UserManager;

    public async Task<IReadOnlyList<PasskeyView>> ListAsync(Person person)
    {
        var views = new List<PasskeyView>();
        foreach (var passkey in (await _people.GetPasskeysAsync(person)).OrderByDescending(p => p.CreatedAt))
            views.Add(new(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name ?? "Passkey", passkey.CreatedAt, await use.FindAsync(person, passkey), passkey.IsBackedUp));
        return views;
    }

    /// <summary>What the browser needs to make one, as JSON.</summary>
    public Task<string> OptionsAsync(Person person) => manager.MakePasskeyCreationOptionsAsync(new()
    {
        Id = person.Id.ToString(), Name = person.Email ?? "", DisplayName = person.Name ?? person.Email ?? "",
    });

    /// <summary>Null when added; else what is wrong.</summary>
    public async Task<string?> AddAsync(Person person, string? credential, string? name)
    {
        if (string.IsNullOrEmpty(credential)) return "The browser gave no passkey. Try again.";
        if ((await _people.GetPasskeysAsync(person)).Count >= Max) return $"You have {Max} passkeys. Remove one first.";
        if (await AttestAsync(credential) is not { Succeeded: true } result || result.UserEntity.Id != person.Id.ToString()) return "The passkey could not be checked, or this took too long. Try again.";
        result.Passkey.Name = NameOf(name);
        var added = await _people.AddOrUpdatePasskeyAsync(person, result.Passkey);
        if (!added.Succeeded) return "This passkey could not be added.";
        await account.NoteAsync("passkey.added", person, after: new { name = result.Passkey.Name });
        return null;
    }

    public async Task<bool> RenameAsync(Person person, string? id, string? name)
    {
        if (await FindAsync(person, id) is not { } passkey) return false;
        passkey.Name = NameOf(name);
        await _people.AddOrUpdatePasskeyAsync(person, passkey);
        return true;
    }

    public async Task<bool> RemoveAsync(Person person, string? id)
    {
        if (await FindAsync(person, id) is not { } passkey) return false;
        await _people.RemovePasskeyAsync(person, passkey.CredentialId);
        await use.ForgetAsync(person, passkey.CredentialId);
        await account.NoteAsync("passkey.removed", person, before: new { name = passkey.Name });
        return true;
    }

    private async Task<PasskeyAttestationResult?> AttestAsync(string credential)
    {
        try
        {
            return await manager.PerformPasskeyAttestationAsync(credential);
        }
        catch (InvalidOperationException)
        {
            // no registration was begun in this browser, or it was too long ago
            return null;
        }
    }

    private async Task<UserPasskeyInfo?> FindAsync(Person person, string? id) =>
        id is { Length: > 0 and <= 2048 } && Base64Url.IsValid(id) ? await _people.GetPasskeyAsync(person, Base64Url.DecodeFromChars(id)) : null;

    private static string NameOf(string? name)
    {
        var text = new string([.. (name ?? "").Trim().Where(c => !char.IsControl(c))]);
        return NameRule.Fits(text) ? text : text.Length == 0 ? "Passkey" : text[..Math.Min(text.Length, NameRule.MaxLength)];
    }
}
