using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>One account, and what the owner of the installation does with it.</summary>
public sealed partial class PersonDetail
{
    private Guid? _loaded;
    private ResetLink? _link;

    /// <summary>The person.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private PersonQueries Queries { get; set; } = default!;

    [Inject]
    private ChangePerson Change { get; set; } = default!;

    [Inject]
    private ResetLinks Links { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private PersonView? View { get; set; }

    /// <summary>Whether the owner looks at the own account.</summary>
    private bool IsOwn { get; set; }

    private string Email => View?.Email ?? "";

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == Id) return;
        _link = null;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var caller = await CallerAsync();
        View = await Queries.GetAsync(caller, Id);
        (IsOwn, _loaded) = (caller.Id == Id, Id);
    }

    private async Task UnlockAsync() => await TellAsync(await Change.UnlockAsync(await CallerAsync(), Id), _ => $"{Email} can sign in again.");

    private async Task LinkAsync()
    {
        if (!await Confirm.AskAsync($"Make a link for a new password of {Email}?", "Whoever has the link can choose the password. Give it to the person in a way that nobody else sees. The present password works until then.", "Make the link")) return;
        _link = await Links.MakeAsync(await CallerAsync(), Id);
        if (_link is null) Toasts.Fail("No link was made: the account is gone.");
    }

    private async Task RemoveTwoFactorAsync()
    {
        if (!await Confirm.AskAsync(
            $"Take the second factor of {Email} away?",
            "Be sure that it is the person who asks: from then on the password alone opens the account. All sign-ins end, and links for a new password that were made before stop working. Recovery codes go too; passkeys stay.",
            "Take it away", danger: true, typedName: Email))
            return;
        _link = null; // it does not work any more
        await TellAsync(await Change.RemoveTwoFactorAsync(await CallerAsync(), Id), _ => $"The second factor of {Email} is taken away.");
    }

    private async Task EndSignInsAsync()
    {
        var text = IsOwn ? "This is your own account: this window is signed out too." : "All open windows of the person are signed out. They can sign in again.";
        if (!await Confirm.AskAsync($"End all sign-ins of {Email}?", text, "End them", danger: true)) return;
        await TellAsync(await Change.EndSignInsAsync(await CallerAsync(), Id), done => done.SignInsEnded == 1 ? "One sign-in is ended." : $"{Humanize.Count(done.SignInsEnded)} sign-ins are ended.");
    }

    private async Task MakeOwnerAsync()
    {
        if (!await Confirm.AskAsync($"Make {Email} an owner?", "An owner enters every tenant, manages all people, you among them, and can take your ownership away.", "Make an owner", danger: true)) return;
        await TellAsync(await Change.SetOwnerAsync(await CallerAsync(), Id, owner: true), _ => $"{Email} is an owner now.");
    }

    private async Task TakeOwnershipAsync()
    {
        var sure = IsOwn
            ? await Confirm.AskAsync("Give up your own ownership?", "You lose the pages of the installation at once, and only another owner can give them back.", "Give it up", danger: true, typedName: Email)
            : await Confirm.AskAsync($"Take the ownership of {Email} away?", "The person keeps the own places in tenants, and loses the rest at once.", "Take it away", danger: true);
        if (!sure) return;
        var result = await Change.SetOwnerAsync(await CallerAsync(), Id, owner: false);
        if (IsOwn && result.Status == AdminStatus.Done) Navigation.NavigateTo("./", forceLoad: true);
        else await TellAsync(result, _ => $"{Email} is no owner any more.");
    }

    private async Task RemoveAsync()
    {
        if (!await Confirm.AskAsync(
            $"Remove {Email} from the installation?",
            "The account goes with its places in tenants, passkeys and sign-ins; windows that are open are signed out. What the person did stays in the audit. This cannot be undone.",
            "Remove", danger: true, typedName: Email))
            return;
        var result = await Change.RemoveAsync(await CallerAsync(), Id);
        if (result.Status is not (AdminStatus.Done or AdminStatus.NotFound))
        {
            await TellAsync(result, _ => "");
            return;
        }

        Toasts.Show($"{Email} is removed.");
        Navigation.NavigateTo("owner/people");
    }

    private async Task TellAsync(AdminResult<PersonChange> result, Func<PersonChange, string> done)
    {
        if (result.Value is { } change) Toasts.Show(done(change));
        else Toasts.Fail(result.Status == AdminStatus.NotFound ? "The account is gone: somebody else removed it." : result.Reason ?? "Somebody else changed the account at the same moment. Try again.");
        await LoadAsync();
    }
}
